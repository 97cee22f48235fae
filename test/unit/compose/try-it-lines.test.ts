/** What `npm start -- --keep` prints for another terminal. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import { tryItLines, type DemoRedis } from '../../../src/compose/demo/try-it-lines.ts'

function linesFor(redis: DemoRedis): string[] {
  const rest = { namespace: 'demo-1', salesforceUrl: 'http://127.0.0.1:1', keyFile: '/key' }
  return tryItLines({ redis, ...rest })
}

it('gives the password of its Redis by the file, so that nothing shows it: no terminal, no list of processes', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ringback keep-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const passwordFile = join(dir, 'password')
  await writeFile(passwordFile, 'its-password')
  const url = 'redis://:its-password@127.0.0.1:7001'
  const lines = linesFor({ url, local: { port: 7001, passwordFile } })
  expect(lines.join('\n')).not.toContain('its-password')
  const exports = lines.filter((line) => line.startsWith('  export '))
  const script = [...exports, 'echo "$RINGBACK_REDIS_URL $REDISCLI_AUTH"'].join('\n')
  expect(execFileSync('sh', ['-c', script]).toString()).toBe(`${url} its-password\n`)
  expect(lines).toContain("  redis-cli -p 7001 XRANGE '{demo-1:default}:results' - + COUNT 3")
})

it('prints the address of a Redis that was given, but for a password in it', () => {
  expect(linesFor({ url: 'redis://host:1' })).toContain(
    "  export RINGBACK_REDIS_URL='redis://host:1'",
  )
  const secret = linesFor({ url: 'redis://user:secret@host:1' })
  expect(secret.join('\n')).not.toContain('secret')
  expect(secret).toContain('  # RINGBACK_REDIS_URL as it is set here, with its password')
})
