/**
 * Anybody who may XADD may give an id of his own, and no later `*` is smaller: a vendor with nothing but a socket puts the ids
 * of an inbox into the future, or to their end, while a worker is at work and others promise callbacks.
 */
import { expect, it } from 'vitest'

import { freePort } from '../../src/local-redis/free-port.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { epochMsOf, isoTimestamp } from '../../src/shared/time/timestamp.ts'
import { runCommand } from '../integration/ops/support/cli.ts'
import { environmentOf } from '../integration/ops/support/environment.ts'
import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { xadd } from '../support/inbox.ts'
import { connectRaw } from '../support/resp-client.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const hourMs = 3_600_000
/** BullMQ sleeps for ten seconds at a time. */
const punctualMs = 15_000
const last = '18446744073709551615-18446744073709551615'

it.each([
  ['two hours ahead', () => `${Date.now() + 2 * hourMs}-0`],
  ['in the year 2286', () => '9999999999999-0'],
  ['of sixteen digits', () => '9999999999999999-0'],
  ['that is nearly the last possible one', () => '18446744073709551615-0'],
])(
  'sends what others promise at once, or when its delay is over, after somebody has given an id %s',
  async (_, odd) => {
    const bundle = await setup()
    const { store, producer, sandbox } = bundle
    const port = await freePort()
    await startWorkerProcess(bundle, { RINGBACK_OPS_PORT: String(port) })
    const { call } = connectRaw(bundle.redisUrl)
    await call('XADD', inboxKey(store.ref), odd(), 'intent', JSON.stringify(sampleCallback('odd')))

    const expiresAt = isoTimestamp(Date.now() + hourMs / 2)
    await sendRaw(bundle, sampleCallback('raw'))
    await xadd(store, { ...sampleCallback('raw-delay'), delay: 'PT1S', expiresAt })
    await xadd(store, { ...sampleCallback('raw-hour'), delay: 'PT1H' })
    await producer.enqueue(sampleCallback('library'))
    await producer.enqueue({ ...sampleCallback('library-delay'), delay: 1_000, expiresAt })
    const answer = await producer.enqueue({ ...sampleCallback('library-hour'), delay: hourMs })
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    expect(Math.abs(epochMsOf(answer.dueAt) - Date.now() - hourMs)).toBeLessThan(60_000)

    const ids = ['odd', 'raw', 'raw-delay', 'library', 'library-delay']
    await resultsOfAll(bundle, ids)
    for (const id of ids) await expectPunctual(bundle, id)
    for (const id of ['raw-hour', 'library-hour']) {
      const held = await producer.status(id)
      expect(held).toMatchObject({ state: 'scheduled', attempts: 0 })
      expect(epochMsOf(held?.dueAt ?? '') - epochMsOf(held?.acceptedAt ?? '')).toBe(hourMs)
    }
    expect(sandbox.counts().booked).toBe(ids.length)

    expect(await aheadSeconds(port)).toBeGreaterThan(hourMs / 1_000)
    expect(await saidByDoctor(bundle)).toMatchObject([
      { verdict: 'warn', fix: 'ringback repair --destination default' },
    ])
    expect(await repaired(bundle)).toBe(0)
    const entry = await call('XADD', inboxKey(store.ref), '*', 'intent', intentOf('after'))
    expect(Math.abs(Number(String(entry).split('-')[0]) - Date.now())).toBeLessThan(60_000)
    await resultsOfAll(bundle, ['after'])
    await expect.poll(() => aheadSeconds(port)).toBe(0)
    expect(await saidByDoctor(bundle)).toMatchObject([{ verdict: 'ok' }])
  },
  60_000,
)

it('names an inbox that has reached the last possible id, and accepts again once it is repaired', async () => {
  const bundle = await setup()
  const { store, producer } = bundle
  const { ref } = store
  await startWorkerProcess(bundle)
  await producer.enqueue({ ...sampleCallback('held'), delay: 2_000 })
  const { call } = connectRaw(bundle.redisUrl)
  await call('XADD', inboxKey(ref), last, 'intent', intentOf('last'))
  await resultsOfAll(bundle, ['last'])

  expect(await call('XADD', inboxKey(ref), '*', 'intent', 'x')).toContain('last possible ID')
  await expect(producer.enqueue(sampleCallback('one'))).rejects.toMatchObject({
    code: 'stream-exhausted',
  })
  const env = environmentOf(bundle.redisUrl, ref.namespace)
  const number = ['--call-id', 'one', '--number', '+18445791189']
  const refused = await runCommand({ env }, 'enqueue', '--id', 'one', ...number)
  expect(refused.status).toBe(1)
  expect(refused.stderr).toContain('Run ringback repair, then submit again.')
  expect(await saidByDoctor(bundle)).toMatchObject([
    { verdict: 'fail', fix: 'ringback repair --destination default' },
  ])

  expect(await repaired(bundle)).toBe(0)
  expect(await saidByDoctor(bundle)).toMatchObject([{ verdict: 'ok' }])
  await producer.enqueue(sampleCallback('one'))
  await resultsOfAll(bundle, ['one', 'held'])
  for (const id of ['last', 'one', 'held']) await expectPunctual(bundle, id)
}, 60_000)

it('measures the delay of what has waited while no worker ran from when Redis took it, and of an odd id from now', async () => {
  const bundle = await setup()
  const { store, producer } = bundle
  const key = inboxKey(store.ref)
  const add = (entryId: string, id: string, delay: string) =>
    store.redis.xadd(key, entryId, 'intent', JSON.stringify({ ...sampleCallback(id), delay }))
  await add('1-1', 'counted', 'PT2S')
  await add(`${Date.now() - 5 * hourMs}-0`, 'waited', 'PT4H')
  await add(`${Date.now() - 5 * hourMs}-1`, 'waits', 'PT6H')
  const startedMs = Date.now()
  await startWorkerProcess(bundle)
  await resultsOfAll(bundle, ['waited', 'counted'])
  expect(await producer.status('waited')).toMatchObject({ state: 'booked', attempts: 1 })
  await expectPunctual(bundle, 'counted')
  const counted = await producer.status('counted')
  const acceptedMs = epochMsOf(counted?.acceptedAt ?? '')
  expect(acceptedMs).toBeGreaterThanOrEqual(startedMs)
  expect(epochMsOf(counted?.dueAt ?? '') - acceptedMs).toBe(2_000)
  const { dueAt = '' } = (await producer.status('waits')) ?? {}
  expect(Math.abs(epochMsOf(dueAt) - Date.now() - hourMs)).toBeLessThan(60_000)
}, 60_000)

function intentOf(id: string): string {
  return JSON.stringify(sampleCallback(id))
}

/** Booked once, by its first attempt, when it was due. */
async function expectPunctual({ producer, sandbox }: Bundle, id: string): Promise<void> {
  const story = await producer.status(id)
  expect(story, id).toMatchObject({ state: 'booked', attempts: 1, possibleDuplicate: false })
  const [booking, ...others] = sandbox.bookingsOf(id)
  expect(others).toEqual([])
  const lateMs = epochMsOf(booking?.bookedAt ?? '') - epochMsOf(story?.dueAt ?? '')
  expect(lateMs, id).toBeGreaterThan(-1_000)
  expect(lateMs, id).toBeLessThan(punctualMs)
}

async function aheadSeconds(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const [, value] =
    /^ringback_stream_ahead_seconds\{[^}]*stream="inbox"[^}]*\} (\S+)$/m.exec(text) ?? []
  return Number(value)
}

async function saidByDoctor({ redisUrl, store }: Bundle) {
  const env = environmentOf(redisUrl, store.ref.namespace)
  const { stdout } = await runCommand({ env }, 'doctor', '--json')
  const findings = JSON.parse(stdout) as { check: string }[]
  return findings.filter(({ check }) => check === 'stream ids')
}

async function repaired({ redisUrl, store }: Bundle): Promise<number> {
  const env = environmentOf(redisUrl, store.ref.namespace)
  return (await runCommand({ env }, 'repair', '--yes')).status
}
