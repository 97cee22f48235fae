import { expect, it } from 'vitest'

import { controlKey, deadLettersKey, statsKey, walkerKey } from '../../../src/shared/redis/keys.ts'
import { rpush, xadd } from '../../support/inbox.ts'
import { sampleCallbacks } from '../../support/callbacks.ts'
import { setup } from '../../support/ringback.ts'
import { containing, matching } from './support/asymmetric.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const callbackNumber = '+18445791189'

it('shows each count under its own name', async () => {
  const { env, store } = freshEnvironment()
  const { redis, ref } = store
  const counted = [
    ...['booked', 'possible-duplicates', 'double-bookings'],
    ...['dead:invalid', 'dead:refused', 'dead:exhausted', 'dead:expired', 'dead:uncertain'],
    ...['uncertain:retried', 'uncertain:ended', 'uncertain:held', 'uncertain:verifying'],
    ...['uncertain:verified-booked', 'uncertain:verified-not-booked'],
    ...['uncertain:resolved-booked', 'uncertain:resolved-not-booked'],
    ...['same-number:2', 'same-number:3-5', 'same-number:6+'],
  ]
  // Each of them another number.
  const counts = Object.fromEntries(counted.map((name, index) => [name, index + 1]))
  await redis.hset(statsKey(ref), counts)
  await redis.zadd(deadLettersKey(ref), 1, 'one', 2, 'two')
  for (const text of ['a', 'b', 'c']) await xadd(store, text)
  for (let n = 0; n < 4; n += 1) await rpush(store, {})

  const { stdout } = await runCommand({ env }, 'stats', '--json')

  expect(JSON.parse(stdout)).toEqual({
    destination: 'default',
    dispatch: 'running',
    intake: 'running',
    breaker: { state: 'closed' },
    rate: { slowed: false },
    workers: 0,
    workerDetails: [],
    disagreements: [],
    counts: { due: 0, waiting: 0, dueWithinHour: 0, underWay: 0, retrying: 0 },
    retryingByCode: {},
    perSecond: { accepted: 0, dueAtOnce: 0, attempts: 0, booked: 0 },
    drain: { unknown: 'no-worker' },
    door: 4,
    inbox: 3,
    deadLetters: 2,
    booked: 1,
    possibleDuplicates: 2,
    doubleBookings: 3,
    dead: { invalid: 4, refused: 5, exhausted: 6, expired: 7, uncertain: 8 },
    uncertain: {
      retried: 9,
      ended: 10,
      held: 11,
      verifying: 12,
      verifiedBooked: 13,
      verifiedNotBooked: 14,
      resolvedBooked: 15,
      resolvedNotBooked: 16,
    },
    sameNumber: { '2': 17, '3-5': 18, '6+': 19 },
  })
  const { stdout: plain } = await runCommand({ env }, 'stats')
  const rows = Array.from(plain.matchAll(/^ +(.+?) +(\d+)$/gm), ([, name, count]) => [name, count])
  expect(Object.fromEntries(rows)).toEqual({
    'at the door now': '4',
    'in the inbox now': '3',
    'due now': '0',
    'waiting for their time': '0',
    'of these due within the next hour': '0',
    'waiting for another attempt': '0',
    'under way now': '0',
    'dead letters now': '2',
    booked: '1',
    'possible duplicates': '2',
    'known double bookings': '3',
    'dead: invalid': '4',
    'dead: refused': '5',
    'dead: exhausted': '6',
    'dead: expired': '7',
    'dead: uncertain': '8',
    'sent again': '9',
    'budget spent': '10',
    held: '11',
    'to be verified': '12',
    'verified: it was booked': '13',
    'verified: it was not': '14',
    'its second': '17',
    'its third to fifth': '18',
    'its sixth or later': '19',
    'resolved by hand: it was booked': '15',
    'resolved by hand: it was not': '16',
  })
})

it('counts how callbacks ended and what followed uncertain outcomes, over all workers', async () => {
  const { store, redisUrl, sandbox, producer, recorder, startWorker } = await setup()
  const env = environmentOf(redisUrl, store.ref.namespace)
  sandbox.setFaults([
    { do: 'break', status: 500, booked: true, times: 1 },
    { do: 'refuse', status: 400, match: { callId: 'refused' } },
  ])
  const first = startWorker()
  await producer.enqueue({ id: 'twice', callId: 'twice', callbackNumber })
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  await first.stop()
  startWorker()
  await producer.enqueue({ id: 'refused', callId: 'refused', callbackNumber })
  await recorder.next('attempt.settled', ({ state }) => state === 'dead')
  await xadd(store, 'no intent')
  await recorder.next('entry.buried')

  const run = await runCommand({ env }, 'stats', '--json')
  const plain = await runCommand({ env }, 'stats')

  expect(JSON.parse(run.stdout)).toMatchObject({
    destination: 'default',
    inbox: 0,
    deadLetters: 2,
    booked: 1,
    possibleDuplicates: 1,
    doubleBookings: 0,
    dead: { invalid: 1, refused: 1, exhausted: 0, expired: 0, uncertain: 0 },
    uncertain: { retried: 1, held: 0, verifying: 0, ended: 0 },
  })
  expect(plain.stdout).toMatch(/^ {2}dead letters now +2$/m)
  expect(plain.stdout).toMatch(/^ {2}uncertain outcomes\n {4}sent again +1$/m)
})

it('counts many callbacks for one number, however they come and whatever their ids, and says no number', async () => {
  const { store, redisUrl, sandbox, producer, recorder, startWorker } = await setup()
  // An entry that another bridge takes over is opened again, and counted among those that came since; and what the walker finds before
  // the bridge has come to it, those before it are counted with.
  await store.redis.set(walkerKey(store.ref.namespace), 'somebody', 'PX', 60_000)
  startWorker({ abandonedMs: 60_000 })
  for (let n = 0; n < 15; n += 1) {
    const flood = { id: `flood-${n}`, callId: `flood-${n}`, callbackNumber }
    if (n % 2 === 0) await producer.enqueue(flood)
    else await xadd(store, flood)
  }
  await producer.enqueue({ id: 'other', callId: 'other', callbackNumber: '+18445791190' })
  for (let n = 0; n < 15; n += 1) await sandbox.booked(`flood-${n}`)
  await sandbox.booked('other')

  // Every one is booked: nobody has said how many are too many.
  await recorder.next('number.repeated', () => recorder.of('number.repeated').length === 14)
  const { stdout } = await runCommand(
    { env: environmentOf(redisUrl, store.ref.namespace) },
    'stats',
    '--json',
  )
  expect(JSON.parse(stdout)).toMatchObject({ sameNumber: { '2': 1, '3-5': 3, '6+': 10 } })
  expect(JSON.stringify(recorder.of('number.repeated'))).not.toContain('8445791189')
  expect(recorder.of('number.repeated').map(({ id }) => id)).not.toContain('other')
})

it('says first what holds a destination back, who decided it, since when and why', async () => {
  const { env, store } = freshEnvironment()
  const pauseIt = ['pause', '--by', 'ops', '--reason', 'maintenance for +18445791189']
  await runCommand({ env }, ...pauseIt, '--for', '2h')
  await runCommand({ env }, 'pause', '--intake', '--by', 'ops')
  await runCommand({ env }, 'rate', '2.5/s', '--by', 'ops', '--reason', 'shared quota')
  const until = Date.now() + 60_000
  await store.redis.hset(controlKey(store.ref), {
    breaker: 'open',
    breakerSince: until - 120_000,
    breakerUntil: until,
    breakerCode: 'connect',
    breakerMessage: 'ECONNREFUSED \u001b[2J',
    slow: 0.5,
    slowAt: until,
    slowUntil: until,
  })

  const { stdout } = await runCommand({ env }, 'stats', '--json')
  const plain = await runCommand({ env }, 'stats')

  const iso = containing('Z')
  const said = { by: 'ops', reason: 'maintenance for +18•••89' }
  expect(JSON.parse(stdout)).toMatchObject({
    dispatch: 'paused',
    dispatchPause: { since: iso, until: iso, ...said },
    intake: 'paused',
    intakePause: { since: iso, by: 'ops' },
    breaker: { state: 'open', since: iso, code: 'connect', nextProbeAt: iso },
    rate: {
      current: 0,
      override: { rate: 2.5, at: iso, by: 'ops', reason: 'shared quota' },
      slowed: true,
    },
  })
  const [, ...lines] = plain.stdout.split('\n')
  expect(lines.slice(0, 6)).toEqual([
    matching(
      /^paused by ops since .* UTC \(.*\), until .* UTC \(in .*\): maintenance for \+18•••89$/,
    ),
    matching(/^Salesforce is failing since .*: connect: ECONNREFUSED \\u001b.*; next probe .*$/),
    matching(/^new callbacks are refused: paused by ops since .*$/),
    matching(/^the rate was set to 2.5 a second by ops at .*: shared quota$/),
    matching(/^Salesforce has named a limit: .* \(now 0 a second\)$/),
    '  workers: none is alive',
  ])
})

it('counts what the queue holds, and writes nothing to count it', async () => {
  const { store, redisUrl, producer, recorder, startWorker } = await setup()
  const env = environmentOf(redisUrl, store.ref.namespace)
  await runCommand({ env }, 'pause')
  startWorker()
  for (const callback of sampleCallbacks(3)) await producer.enqueue(callback)
  await producer.enqueue({ id: 'later', callId: 'later', callbackNumber, delay: 60_000 })
  const scheduled = () => recorder.of('callback.scheduled')
  await recorder.next('callback.scheduled', () => scheduled().length === 4)

  const { stdout } = await runCommand({ env }, 'stats', '--json')
  const { nextDueAt } = JSON.parse(stdout) as { nextDueAt: string }
  const { dueAt = '' } = scheduled().find(({ id }) => id === 'later') ?? {}
  // The queue is never told of an earlier time.
  expect(Date.parse(nextDueAt)).toBeGreaterThanOrEqual(Date.parse(dueAt))
  expect(JSON.parse(stdout)).toMatchObject({
    counts: { due: 3, waiting: 1, dueWithinHour: 1, underWay: 0 },
    rate: { configured: 'none', current: 0 },
    workers: 1,
    drain: { unknown: 'paused' },
  })

  const empty = { ...env, RINGBACK_NAMESPACE: `${store.ref.namespace}-empty` }
  await runCommand({ env: empty }, 'stats')
  expect(await store.redis.keys(`*${store.ref.namespace}-empty*`)).toEqual([])
})
