/** What a process prints cannot be written: the disk is full, or nobody reads it any more. */
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, it, onTestFinished } from 'vitest'

import { resultsKey } from '../../src/shared/redis/keys.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { startProgram, type Program } from '../support/program.ts'
import { redisUrl } from '../support/redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { workerSettings } from '../support/worker-process.ts'

/** `npm test` builds it first. */
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** `ringback` as a shell starts it: `"$@"` in the script. */
function startInShell(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Program {
  return startProgram('/bin/bash', ['-c', script, 'bash', process.execPath, main, ...args], { env })
}

async function expectBooked(bundle: Bundle, count: number): Promise<void> {
  const callbacks = sampleCallbacks(count)
  for (const callback of callbacks) await sendRaw(bundle, callback)
  const results = await resultsOfAll(
    bundle,
    callbacks.map(({ id }) => id),
  )
  expect(results.map(({ state }) => state)).toEqual(callbacks.map(() => 'booked'))
  expect(bundle.sandbox.bookings()).toHaveLength(count)
}

it.each([
  ['a full disk', 'echo "pid $$" >&2; exec "$@" >/dev/full'],
  ['full disks under both outputs', 'echo "pid $$"; exec "$@" >/dev/full 2>&1'],
  [
    'a reader that has had enough',
    'set -o pipefail; (echo "pid $BASHPID" >&2; exec "$@") | head -n 1 >/dev/null',
  ],
])('a worker books what it is given, and stops in good order, with %s', async (_, script) => {
  const bundle = await setup()
  const worker = startInShell(script, ['worker'], workerSettings(bundle))
  const pid = Number((await worker.prints(/^pid \d+$/)).slice(4))
  await expectBooked(bundle, 20)
  process.kill(pid, 'SIGTERM')
  expect(await worker.ended).toEqual({ status: 0, output: `pid ${pid}` })
})

it('a worker whose disk has room again goes on with its log, and says how many lines are missing', async () => {
  const bundle = await setup()
  const dir = await mkdtemp(join(tmpdir(), 'ringback-log-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const log = join(dir, 'worker.log')
  // No file of this process may grow beyond 4 KiB: what exceeds it fails as on a full disk.
  const script = `trap '' XFSZ; ulimit -f 4; exec "$@" >>"$LOG"`
  const worker = startInShell(script, ['worker'], { ...workerSettings(bundle), LOG: log })
  await expectBooked(bundle, 20)
  expect((await readFile(log, 'utf8')).length).toBeLessThanOrEqual(4096)

  await truncate(log)
  await sendRaw(bundle, sampleCallback('afterwards'))
  await resultsOfAll(bundle, ['afterwards'])
  worker.signal('SIGTERM')
  expect(await worker.ended).toEqual({ status: 0, output: '' })
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')
  const said = lines.map((line) => JSON.parse(line) as { msg: string; lines?: number })
  // The first line that there was room for tells of no loss yet; the second one does.
  expect(said[1]).toMatchObject({ msg: 'log.lost' })
  expect(said[1]?.lines).toBeGreaterThan(0)
  expect(said).toContainEqual(expect.objectContaining({ msg: 'attempt.settled', id: 'afterwards' }))
  expect(said.at(-1)).toMatchObject({ msg: 'worker.stopped' })
})

it.each([['--help'], ['doctor'], ['stats', '--json'], ['dead-letters', 'list']])(
  'ringback %s fails, with a code, where what it prints does not reach the disk',
  async (...args) => {
    const env = { RINGBACK_REDIS_URL: redisUrl() }
    const { status, output } = await startInShell('exec "$@" >/dev/full', args, env).ended
    expect(status).toBe(1)
    expect(output).toContain('ENOSPC')
    expect(output).toContain('output-not-writable')
    expect(output).not.toMatch(/^ +at /m)
  },
)

it('a command that follows ends where its disk is full, and so does one whose reader is gone', async () => {
  const bundle = await setup()
  await bundle.store.redis.xadd(resultsKey(bundle.store.ref), '*', 'id', 'a', 'state', 'booked')
  const env = workerSettings(bundle)
  const args = ['results', '--follow', '--json', '--limit', '400']
  expect(await startInShell('exec "$@" >/dev/full', args, env).ended).toMatchObject({ status: 1 })
  // 400 lines of over 1,000 characters: more than the pipe (64 KiB) and its reader take, so that some write meets the reader gone.
  const long = ['id', 'b', 'state', 'dead', 'code', 'm'.repeat(1_000)]
  for (let count = 0; count < 400; count += 1) {
    await bundle.store.redis.xadd(resultsKey(bundle.store.ref), '*', ...long)
  }
  const { status } = await startInShell('set -o pipefail; "$@" | head -n 1', args, env).ended
  expect(status).toBe(0)
})
