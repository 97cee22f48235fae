/** The package as a program meets it that has installed it: built, and found by its name. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { describe, expect, it, onTestFinished } from 'vitest'

import { fencedBlocks, readRepositoryFile } from '../../support/wire-protocol-page.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = readRepositoryFile('docs/library.md')

/** A project of its own that has this package among its modules. */
async function installed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-library-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules', 'ringback'))
  return folder
}

async function runFile(name: string, text: string) {
  const file = join(await installed(), name)
  await writeFile(file, text.replace('redis://127.0.0.1:6379', redisUrl()))
  const env = { ...process.env, RINGBACK_NAMESPACE: freshNamespace() }
  return run(process.execPath, [file], { env })
}

/** The first block of a language: it is the whole program of the page. */
function program(language: string): string {
  const [first] = fencedBlocks(page, language)
  if (first === undefined) throw new Error(`the page shows no ${language}`)
  return first
}

describe('the package', () => {
  it('is imported by an ES module as the page shows', async () => {
    const { stdout, stderr } = await runFile('program.mjs', program('ts'))
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^accepted auto-/)
  })

  it('is required by CommonJS as the page shows, without a warning', async () => {
    const { stdout, stderr } = await runFile('program.cjs', program('js'))
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^accepted auto-/)
  })

  it('carries what it runs with: the library, its types and the scripts', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
    })
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
    const paths = files.map(({ path }) => path)
    for (const needed of [
      ...['package.json', 'dist/main.js', 'dist/producer/index.js', 'dist/producer/index.d.ts'],
      ...['dist/shared/store/ledger/accept.lua', 'examples/python/enqueue.py', 'docs/library.md'],
    ]) {
      expect(paths).toContain(needed)
    }
  })
})
