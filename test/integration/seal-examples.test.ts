/**
 * The programs of `examples/` that seal a number, with the JOSE library of their language, against a real worker, as the user that
 * `ringback acl` makes for it. One whose packages are not installed is left out, and the title says so; in CI that is a failure.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, it, onTestFinished } from 'vitest'

import { readPublicKeys } from '../../src/shared/store/public-keys/public-keys.ts'
import { aclUser } from '../support/acl-user.ts'
import { isThere } from '../support/debian-program.ts'
import { dump } from '../support/dump.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { startProgram } from '../support/program.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { giveSealKeys } from '../support/sealing.ts'
import { readRepositoryFile } from '../support/wire-protocol-page.ts'

const number = '+436647391528'
const repository = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const jedis = process.env['RINGBACK_TEST_JEDIS']
const goPath = '/usr/share/gocode'
const goPackages = ['github.com/gomodule/redigo/redis', 'gopkg.in/square/go-jose.v2']
const hasGo = isThere('go', ['version']) && goPackages.every((each) => isGoPackage(each))
const python = ['python3', '/usr/bin/python3'].find((each) =>
  isThere(each, ['-c', 'import redis, jwcrypto']),
)

function isGoPackage(name: string): boolean {
  return existsSync(join(goPath, 'src', name))
}

interface Example {
  file: string
  /** Of Debian. Undefined: it has none, so not even CI can run it. */
  packages: string | undefined
  isHere: boolean
  /** Makes the program where there is one to be made, and gives what runs it. */
  command: (dir: string) => Promise<string[]>
}

const examples: readonly Example[] = [
  {
    file: 'examples/python/seal.py',
    packages: 'python3-redis python3-jwcrypto',
    isHere: python !== undefined,
    command: () => Promise.resolve([python ?? '', join(repository, 'examples/python/seal.py')]),
  },
  {
    file: 'examples/go/seal.go',
    packages: 'golang-go golang-github-gomodule-redigo-dev golang-gopkg-square-go-jose.v2-dev',
    isHere: hasGo,
    command: async (dir) => {
      const GOCACHE = join(repository, '.cache', 'go-build')
      const env = { ...process.env, GOPATH: goPath, GO111MODULE: 'off', GOCACHE }
      const program = join(dir, 'seal')
      await run('go', ['build', '-o', program, join(repository, 'examples/go/seal.go')], { env })
      return [program]
    },
  },
  {
    file: 'examples/java/Seal.java',
    packages: undefined,
    isHere: jedis !== undefined,
    command: async (dir) => {
      const source = join(repository, 'examples/java/Seal.java')
      await run('javac', ['-Xlint:all', '-Werror', '-cp', jedis ?? '', '-d', dir, source])
      return ['java', '-cp', `${dir}:${jedis ?? ''}`, 'Seal']
    },
  },
]

it.each(examples)('$file says how to run it, and what of Debian it takes', ({ file, packages }) => {
  const name = file.split('/').at(-1) ?? ''
  expect(readRepositoryFile(file).split('\n', 4).join('\n')).toContain(`${name} acme-4711`)
  expect(readRepositoryFile('examples/README.md')).toContain(`](${file.replace('examples/', '')})`)
  const installed = readRepositoryFile('.ci/debian-packages').split('\n')
  expect(installed).toEqual(expect.arrayContaining(packages?.split(' ') ?? []))
})

for (const { file, packages, isHere, command } of examples) {
  const isLeftOut = !isHere && (packages === undefined || process.env['CI'] === undefined)
  const lacking = packages ?? 'Jedis, whose class path RINGBACK_TEST_JEDIS is to be'

  it.skipIf(isLeftOut)(
    `${file} seals what is booked, twice the same${isLeftOut ? ` (SKIPPED, not installed: ${lacking})` : ''}`,
    async () => {
      const server = await startPrivateRedis()
      const bundle = await setup({ redisUrl: server.url, namespace: 'ringback' })
      await giveSealKeys(bundle, { required: true })
      bundle.startWorker()
      await expect.poll(async () => (await readPublicKeys(bundle.store)).required).toBe(true)
      const options = ['producer', '--inbox', '--prefix', 'acme-', '--seal'] as const
      const user = await aclUser(server.url, 'ringback', ...options)
      const dir = await mkdtemp(join(tmpdir(), 'ringback-seal-example-'))
      onTestFinished(() => rm(dir, { recursive: true }))
      const [program = '', ...words] = await command(dir)
      for (const times of [1, 2]) {
        const started = startProgram(program, [...words, 'acme-1'], {
          env: { RINGBACK_REDIS_URL: user.url },
          stdin: `${number}\n`,
        })
        const { status, output } = await started.ended
        expect(`${status} ${output}`, `run ${times}`).toMatch(/^0 .*promised: acme-1/s)
      }
      await resultsOfAll(bundle, ['acme-1'])
      expect(bundle.sandbox.bookings()).toMatchObject([{ callbackNumber: number }])
      await bundle.recorder.next('entry.duplicate', ({ id }) => id === 'acme-1')
      const kept = JSON.stringify(await dump(bundle.store.redis, 'ringback'))
      expect(kept).not.toContain(number.slice(4))
    },
    60_000,
  )
}
