/** Redis or Salesforce is there and says nothing: no connection is closed, none is refused. */
import { expect, it } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { readCallback } from '../../src/shared/store/ledger/callback-record.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { at, furtherDestinations } from '../support/further-destinations.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/** Longer than a connection's silence is believed (30 s). */
const stoppedMs = 40_000
const recoveredMs = 45_000

it(
  'goes on by itself when Redis was stopped for 40 seconds and doubles nothing in silence',
  async () => {
    const redis = await startPrivateRedis()
    const bundle = await setup({ redisUrl: redis.url })
    const { sandbox, producer } = bundle
    const worker = await startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '' })
    await producer.enqueue(sampleCallback('earlier'))
    await resultsOfAll(bundle, ['earlier'])
    await producer.enqueue({ ...sampleCallback('due-meanwhile'), delay: 'PT3S' })
    sandbox.setFaults([{ do: 'slow', delayMs: 500, times: 1 }])
    await producer.enqueue(sampleCallback('held'))
    await sandbox.requestArrived('held')

    redis.freeze()
    const stoppedAtMs = systemClock.now()
    while (systemClock.now() < stoppedAtMs + stoppedMs) {
      // Each takes the two seconds that a producer waits.
      const unanswered = producer.enqueue(sampleCallback('unanswered'))
      await expect(unanswered).rejects.toMatchObject({ code: 'redis-unavailable' })
    }
    redis.thaw()
    const thawedAtMs = systemClock.now()
    const ids = ['earlier', 'held', 'due-meanwhile', 'later']
    await sendRaw(bundle, sampleCallback('later'))
    await resultsOfAll(bundle, ids)

    expect(systemClock.now() - thawedAtMs).toBeLessThan(recoveredMs)
    expect((await worker.next('redis.lost'))['message']).toContain('Socket timeout')
    for (const id of ids) {
      const story = await readCallback(bundle.store, id)
      expect(story).toMatchObject({ state: 'booked' })
      const bookings = sandbox.bookingsOf(id).length
      expect(bookings === 1 || story?.possibleDuplicate === true, `${id}: ${bookings}`).toBe(true)
    }
  },
  2 * stoppedMs + recoveredMs,
)

it('goes on by itself when connections to Salesforce died in silence, and marks only what may have been heard', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  const [plain, secured] = await Promise.all([
    startTcpProxy(sandbox.url),
    startTcpProxy(sandbox.url, { tls: true }),
  ])
  const worker = await startWorkerProcess(bundle, {
    ...furtherDestinations(bundle, { secured: { salesforceUrl: `https://${secured.authority}` } }),
    RINGBACK_SALESFORCE_URL: `http://${plain.authority}`,
    RINGBACK_ATTEMPT_TIMEOUT: '2s',
    RINGBACK_LOCK_DURATION: '5s',
  })
  const overTls = at(bundle, 'secured')
  await sendRaw(bundle, sampleCallback('earlier'))
  await resultsOfAll(bundle, ['earlier'])

  plain.blackHole()
  secured.blackHole()
  await sendRaw(bundle, sampleCallback('written'))
  await sendRaw(overTls, sampleCallback('unwritten'))
  const [written, unwritten] = await Promise.all(
    ['written', 'unwritten'].map((id) =>
      worker.next('attempt.settled', (line) => line['id'] === id),
    ),
  )
  plain.closeHole()
  secured.closeHole()
  const overAtMs = systemClock.now()
  await Promise.all([resultsOfAll(bundle, ['written']), resultsOfAll(overTls, ['unwritten'])])

  expect(systemClock.now() - overAtMs).toBeLessThan(recoveredMs)
  expect(written).toMatchObject({ outcome: 'uncertain', code: 'timeout' })
  expect(unwritten).toMatchObject({ outcome: 'unavailable', code: 'timeout' })
  expect(await producer.status('written')).toMatchObject({ possibleDuplicate: true })
  expect(
    await readCallback(openStore(bundle.store.redis, overTls.store.ref), 'unwritten'),
  ).toMatchObject({
    state: 'booked',
    possibleDuplicate: false,
  })
  for (const id of ['earlier', 'written', 'unwritten']) {
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
  }
}, 60_000)
