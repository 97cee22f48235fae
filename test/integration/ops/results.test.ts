import { describe, expect, it } from 'vitest'

import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { resultsKey } from '../../../src/shared/redis/keys.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { setup } from '../../support/ringback.ts'
import { runCommand, startCommand } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

/** As the worker writes them; the entry's id is the time. */
async function writeResult(
  { redis, ref }: DestinationStore,
  { id, atMs }: { id: string; atMs: number },
) {
  const fields = [
    'id',
    id,
    'state',
    'booked',
    'attempts',
    '1',
    'at',
    isoTimestamp(atMs),
    'recordId',
    `rec-${id}`,
  ]
  await redis.xadd(resultsKey(ref), `${atMs}-0`, ...fields)
}

function idsOf(stdout: string): string[] {
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { id: string }).id)
}

describe('ringback results', () => {
  it('prints how callbacks ended, one line each', async () => {
    const { store, redisUrl, producer, sandbox, recorder, startWorker } = await setup()
    sandbox.setFaults([{ do: 'refuse', status: 400, match: { callId: 'bad' } }])
    await producer.enqueue({
      id: 'good',
      callId: 'c',
      callbackNumber: '+18445791189',
      attributes: { campaign: 'spring' },
    })
    await producer.enqueue({ id: 'bad', callId: 'bad', callbackNumber: '+18445791189' })
    startWorker()
    await Promise.all(
      ['good', 'bad'].map((id) => recorder.next('attempt.settled', (event) => event.id === id)),
    )
    const env = environmentOf(redisUrl, store.ref.namespace)

    const { status, stdout } = await runCommand({ env }, 'results')
    const recordId = sandbox.bookingsOf('c')[0]?.recordId ?? '?'

    expect(status).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(2)
    expect(stdout).toMatch(
      new RegExp(`^\\S+ \\S+Z  booked +good  ${recordId}  1 attempt  campaign=spring$`, 'm'),
    )
    expect(stdout).toMatch(/^\S+ \S+Z {2}dead +bad {2}refused, http-400 {2}1 attempt$/m)
  })

  it('prints the newest, or those since a time, oldest first, as JSON Lines', async () => {
    const { env, store } = freshEnvironment()
    const nowMs = systemClock.now()
    for (let minutes = 30; minutes > 0; minutes -= 1) {
      await writeResult(store, { id: `${minutes}`, atMs: nowMs - minutes * 60_000 })
    }
    const ids = async (...args: string[]) =>
      idsOf((await runCommand({ env }, 'results', '--json', ...args)).stdout)
    const count = (from: number, to: number) =>
      Array.from({ length: from - to + 1 }, (_, index) => String(from - index))

    expect(await ids()).toEqual(count(20, 1))
    expect(await ids('--limit', '3')).toEqual(['3', '2', '1'])
    expect(await ids('--limit', '0')).toEqual([])
    expect(await ids('--since', '25.5m')).toEqual(count(25, 1))
    expect(await ids('--since', isoTimestamp(nowMs - 4 * 60_000))).toEqual(count(4, 1))
    expect(await ids('--since', '10m', '--limit', '2')).toEqual(['2', '1'])
    expect(await ids('--since', '1970-01-01T00:00:00Z')).toEqual(count(30, 1))
  })

  it('pages through more results than one answer holds', async () => {
    const { env, store } = freshEnvironment()
    const pipeline = store.redis.pipeline()
    for (let at = 1; at <= 1_203; at += 1) {
      pipeline.xadd(resultsKey(store.ref), `${at}-0`, 'id', String(at), 'state', 'booked')
    }
    await pipeline.exec()
    const { stdout } = await runCommand(
      { env },
      'results',
      '--json',
      '--since',
      '1970-01-01T00:00:00Z',
    )
    expect(idsOf(stdout)).toEqual(Array.from({ length: 1_203 }, (_, index) => String(index + 1)))
  })

  it('follows: goes on with what ends from now on, until it is stopped', async () => {
    const { store, redisUrl, producer, recorder, startWorker } = await setup()
    startWorker()
    await producer.enqueue({ id: 'before', callId: 'a', callbackNumber: '+18445791189' })
    await recorder.next('attempt.settled', ({ id }) => id === 'before')
    const env = environmentOf(redisUrl, store.ref.namespace)

    const following = startCommand({ env }, 'results', '--follow', '--json')
    await following.prints(/"id":"before"/)
    await producer.enqueue({ id: 'after', callId: 'b', callbackNumber: '+18445791189' })
    await following.prints(/"id":"after"/)
    following.stop()

    const { status, stdout, stderr } = await following.done
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(idsOf(stdout)).toEqual(['before', 'after'])
  })

  it('goes on following after Redis was away', async () => {
    const server = await startPrivateRedis()
    const { env, store } = freshEnvironment(server.url)
    await writeResult(store, { id: 'before', atMs: 1 })
    const following = startCommand({ env }, 'results', '--follow')
    await following.prints(/before/)
    await server.kill()
    await following.prints(/Redis is away, waiting for it/)
    await server.restart()
    await writeResult(store, { id: 'after', atMs: 2 })
    await following.prints(/after/)
    following.stop()
    expect(await following.done).toMatchObject({ status: 0 })
  })

  it.each([
    ['--since', 'yesterday', /such as 30m or 1h/],
    [
      '--since',
      '2026-03-01T10:00:00',
      /It has no offset, such as .*\. A duration such as 30m or 1h is accepted too/,
    ],
    ['--limit', '-1', /must be a whole number/],
    ['--limit', 'all', /must be a whole number/],
  ])('calls %s %s a wrong command', async (option, value, words) => {
    const { env } = freshEnvironment()
    const { status, stderr } = await runCommand({ env }, 'results', option, value)
    expect(status).toBe(2)
    expect(stderr).toMatch(words)
  })
})
