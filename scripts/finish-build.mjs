// Copies the scripts, and makes the bin runnable, for tsc carries no mode bits. node finish-build.mjs [dist-bench/src]
import { chmod, cp } from 'node:fs/promises'

// Else what was compiled into dist/.
const [folder = 'dist'] = process.argv.slice(2)
const root = new URL('../', import.meta.url)

for (const from of ['shared/store/', 'shared/redis/scripts/']) {
  await cp(new URL(`src/${from}`, root), new URL(`${folder}/${from}`, root), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  })
}
if (folder === 'dist') await chmod(new URL('dist/main.js', root), 0o755)
