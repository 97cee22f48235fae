// tsc carries no Lua, no style sheet and no mode bits: copies them beside what uses them, and makes the bin runnable.
// node finish-build.mjs [folder that src was compiled into, dist if not named]
import { chmod, cp } from 'node:fs/promises'

const [folder = 'dist'] = process.argv.slice(2)
const root = new URL('../', import.meta.url)

await cp(new URL('src/shared/store/', root), new URL(`${folder}/shared/store/`, root), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
})
await cp(new URL('src/ops/console/assets/', root), new URL(`${folder}/ops/console/assets/`, root), {
  recursive: true,
})
if (folder === 'dist') await chmod(new URL('dist/main.js', root), 0o755)
else await finishBench(`${folder}/../`)

/** A program reads its version beside the folder that it was compiled into, and servers of the tests have certificates. */
async function finishBench(above) {
  await cp(new URL('package.json', root), new URL(`${above}package.json`, root))
  await cp(new URL('test/support/tls/', root), new URL(`${above}test/support/tls/`, root), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  })
}
