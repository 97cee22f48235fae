import { describe, expect, it } from 'vitest'

import { createProducer } from '../../../src/producer/index.ts'
import { deriveId } from '../../../src/shared/contract/ids.ts'
import {
  countDeadLetters,
  discardDeadLetter,
  redriveDeadLetter,
} from '../../../src/shared/store/dead-letters/dead-letters.ts'
import { ensureInboxGroup, readStray } from '../../../src/shared/store/inbox/inbox.ts'
import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import { openStore, type DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { begin } from '../../../src/shared/store/ledger/begin.ts'
import { readResults } from '../../../src/shared/store/results/results.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { createBridge } from '../../../src/worker/bridge/bridge.ts'
import { buryEntry } from '../../../src/worker/bridge/bury-entry.ts'
import { openEntry } from '../../../src/worker/bridge/open-entry.ts'
import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { xadd } from '../../support/inbox.ts'
import { reconcilerOfTomorrow, wholeRound } from '../../support/reconciler.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { placesNothing } from '../../support/number-key.ts'
import { runService } from '../../support/run-service.ts'
import { looksAt } from '../../support/looks.ts'
import { noTurns, waitsFor } from '../../support/waits.ts'

const callbackNumber = '+18445791189'
const one = { id: 'one', callId: 'call-1', callbackNumber }
const nameless = { callId: 'call-2', callbackNumber }

/** A destination that this test's workers do not serve before they are told to. */
function strayOf({ store }: Bundle): DestinationStore {
  return openStore(store.redis, { ...store.ref, destination: 'billing' })
}

async function submit({ redisUrl, store }: Bundle, intent: typeof one): Promise<void> {
  const { namespace } = store.ref
  const producer = createProducer({ redisUrl, namespace, destination: 'billing' })
  await producer.enqueue(intent)
  await producer.close()
}

const serving = ['default', 'billing']

async function endsOf(stray: DestinationStore) {
  const results = await readResults(stray, { afterEntryId: '0', count: 100 })
  return results.map(({ id, state }) => `${id}: ${state}`)
}

/** Sends one and then, through the same inbox, another one that is booked once everything before it was dealt with. */
async function isSentNothing(bundle: Bundle, stray: DestinationStore): Promise<void> {
  await xadd(stray, { ...one, id: 'last', callId: 'last' })
  await bundle.sandbox.booked('last')
  expect(bundle.sandbox.counts().requests).toBe(1)
}

type Act = (bundle: Bundle, stray: DestinationStore) => Promise<unknown>

const sendings: [string, string, Act][] = [
  ['the library', 'one', (bundle) => submit(bundle, one)],
  ['XADD with an id', 'one', (_, stray) => xadd(stray, one)],
  [
    'XADD without an id',
    deriveId({ callId: 'call-2', callbackNumber }),
    (_, stray) => xadd(stray, nameless),
  ],
  [
    'XADD with an id, and a field that is none',
    'one',
    (_, stray) => xadd(stray, { ...one, dealy: 5 }),
  ],
  [
    'the library and then XADD',
    'one',
    async (bundle, stray) => {
      await submit(bundle, one)
      await xadd(stray, one)
    },
  ],
  [
    'XADD, three times',
    'one',
    async (_, stray) => {
      for (const intent of [one, one, one]) await xadd(stray, intent)
    },
  ],
]

describe.each(sendings)('what %s sent to a destination that nobody serves', (_, id, send) => {
  it('ends once, under the id that its producer knows, and a discard holds', async () => {
    const bundle = await setup()
    const { store, recorder, sandbox } = bundle
    const { redis, ref } = store
    const stray = strayOf(bundle)
    await send(bundle, stray)
    const worker = bundle.startWorker()
    const buried = await recorder.next('entry.buried')
    expect(buried).toMatchObject({ destination: 'billing', id, code: 'unknown-destination' })
    await expect.poll(() => redis.xlen(inboxKey(stray.ref))).toBe(0)
    expect(await endsOf(stray)).toEqual([`${id}: dead`])
    expect(await readCallback(stray, id)).toMatchObject({ state: 'dead', generation: 1 })
    expect(await redis.keys(`{${ref.namespace}:billing}:callback:*`)).toHaveLength(1)

    const decision = { id, nowMs: systemClock.now(), retentionMs: 60_000 }
    expect(await discardDeadLetter(stray, decision)).toBe('discarded')
    await worker.stop()
    // Nor does it when time has passed.
    const tomorrow = await wholeRound(reconcilerOfTomorrow({ ...bundle, store: stray }))
    expect(tomorrow).toMatchObject({ recovered: 0, relisted: 0, unreconciled: 0 })
    bundle.startWorker({}, { serving })
    await isSentNothing(bundle, stray)
    expect(sandbox.bookingsOf('call-1')).toEqual([])
    expect(await countDeadLetters(stray)).toBe(0)
  })

  it('is sent once when somebody redrives it and a worker serves it', async () => {
    const bundle = await setup()
    const { store, recorder, sandbox } = bundle
    const stray = strayOf(bundle)
    await send(bundle, stray)
    const worker = bundle.startWorker()
    await recorder.next('entry.buried')
    await expect.poll(() => store.redis.xlen(inboxKey(stray.ref))).toBe(0)
    await worker.stop()
    expect(
      await redriveDeadLetter(stray, { id, nowMs: systemClock.now(), retentionMs: 60_000 }),
    ).toBe('redriven')
    bundle.startWorker({}, { serving })
    const isMeant = _ !== 'XADD with an id, and a field that is none'
    await recorder.next(isMeant ? 'attempt.settled' : 'entry.buried', (e) => e.id === id)
    await xadd(stray, { ...one, id: 'last', callId: 'last' })
    await sandbox.booked('last')
    expect(sandbox.requests()).toHaveLength(isMeant ? 2 : 1)
  })
})

it.each([
  ['no field intent', ['INTENT', '{}'], 'no-intent-field'],
  ['two of them', ['intent', '{}', 'intent', '{}'], 'repeated-intent-field'],
])(
  'says of an entry with %s that there is nothing to send, served or not',
  async (_, fields, code) => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const stray = strayOf(bundle)
    const entryId = await store.redis.xadd(inboxKey(stray.ref), '*', ...fields)
    bundle.startWorker()
    const letter = `inbox-${entryId ?? ''}`
    expect(await recorder.next('entry.buried')).toMatchObject({ id: letter, code })
    const wish = { id: letter, nowMs: systemClock.now(), retentionMs: 60_000 }
    expect(await redriveDeadLetter(stray, wish)).toBe('nothing-to-send')
  },
)

it('makes of a cancel a dead letter of its own, which is a cancel again when somebody redrives it', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const stray = strayOf(bundle)
  await xadd(stray, { ...one, delay: 3_600_000 })
  const wish = await store.redis.xadd(inboxKey(stray.ref), '*', 'cancel', '{"id":"one"}')
  const letter = `inbox-${wish ?? ''}`
  const worker = bundle.startWorker()
  const buried = await recorder.next('entry.buried', ({ id }) => id === letter)
  expect(buried).toMatchObject({ code: 'unknown-destination' })
  const { rawField, submittedId } = (await readCallback(stray, letter)) ?? {}
  expect({ rawField, submittedId }).toEqual({ rawField: 'cancel', submittedId: 'one' })
  await worker.stop()

  for (const id of ['one', letter]) {
    const decision = { id, nowMs: systemClock.now(), retentionMs: 60_000 }
    expect(await redriveDeadLetter(stray, decision)).toBe('redriven')
  }
  bundle.startWorker({}, { serving })
  await recorder.next('callback.cancelled', ({ id }) => id === 'one')
})

it('leaves alone what has waited for less than the grace', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const stray = strayOf(bundle)
  await xadd(stray, one)
  const worker = bundle.startWorker({ strayGraceMs: 600_000 })
  await recorder.next('inbox.stray', ({ entries }) => entries === 1)
  await recorder.next('inbox.stray', () => recorder.of('inbox.stray').length >= 2)
  expect(recorder.of('entry.buried')).toEqual([])
  expect(await store.redis.xlen(inboxKey(stray.ref))).toBe(1)
  await worker.stop()
})

describe('a conflict', () => {
  it('gets an id of its own, and leaves the first alone', async () => {
    const bundle = await setup()
    const { recorder } = bundle
    const stray = strayOf(bundle)
    await submit(bundle, one)
    const entryId = await xadd(stray, { ...one, callId: 'other' })
    bundle.startWorker()
    await recorder.next('entry.buried', ({ id }) => id === `inbox-${entryId}`)
    await recorder.next('entry.buried', ({ id }) => id === 'one')
    expect((await endsOf(stray)).toSorted()).toEqual([`inbox-${entryId}: dead`, 'one: dead'])
  })

  it('with a key of another type gets an id of its own, and holds up nothing', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const stray = strayOf(bundle)
    await store.redis.set(callbackKey(stray.ref, 'one'), 'a string where a hash should be')
    const entryId = await xadd(stray, one)
    await xadd(stray, { ...one, id: 'two' })
    bundle.startWorker()
    await recorder.next('entry.buried', ({ id }) => id === `inbox-${entryId}`)
    await recorder.next('entry.buried', ({ id }) => id === 'two')
  })
})

/** What a worker that begins to serve the destination has done when the other one comes to bury the entry. */
const meanwhile: [string, string[], Act][] = [
  ['has made its group', ['one: dead'], (_, stray) => ensureInboxGroup(stray)],
  ['has queued it', ['one: dead'], (_, stray) => queues(stray)],
  [
    'has begun to send it',
    [],
    async (_, stray) => {
      await queues(stray)
      const now = isoTimestamp(systemClock.now())
      const attempt = { id: 'one', generation: 1, claim: 'c', now, nowWithTolerance: now }
      expect(await begin(stray, attempt)).toMatchObject({ kind: 'begun' })
    },
  ],
  ['has taken it in', [], (bundle, stray) => bridges(bundle, stray)],
]

async function queues(store: DestinationStore): Promise<void> {
  const queue = createCallbackQueue(store)
  await queue.add({ id: 'one', generation: 1, priority: undefined, requestedAtMs: 0, delayMs: 0 })
  await queue.close()
}

async function bridges({ recorder }: Bundle, stray: DestinationStore): Promise<void> {
  const bridge = createBridge({
    store: stray,
    turns: noTurns,
    openInbox: waitsFor(stray, { consumer: 'c' }).openInbox,
    looks: looksAt(stray),
    clock: systemClock,
    observe: recorder.observe,
    queue: createCallbackQueue(stray),
    consumer: 'c',
    abandonedMs: 1_000,
    stalledMs: 60_000,
    retentionMs: 60_000,
    numberKeyOf: placesNothing,
  })
  const { stop } = runService(bridge)
  await recorder.next('callback.scheduled')
  await stop()
}

it.each(meanwhile)(
  'ends an entry once when a worker %s that begins to serve its destination',
  async (_, ends, act) => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const stray = strayOf(bundle)
    await xadd(stray, one)
    const [entry] = await readStray(stray, 1)
    if (entry === undefined) throw new Error('the entry is not there')
    const context = { store: stray, clock: systemClock, observe: recorder.observe }
    await openEntry({ ...context, numberKeyOf: placesNothing }, entry)
    await act(bundle, stray)
    const burial = { reason: 'invalid', code: 'unknown-destination', message: 'nobody' } as const
    await buryEntry({ ...context, retentionMs: 60_000 }, entry, { id: 'one', ...burial })
    expect(await endsOf(stray)).toEqual(ends)
    expect(await store.redis.xlen(inboxKey(stray.ref))).toBe(0)
    expect(await store.redis.keys(callbackKey(stray.ref, 'inbox-*'))).toEqual([])

    bundle.startWorker({}, { serving })
    await xadd(stray, { ...one, id: 'last', callId: 'last' })
    await bundle.sandbox.booked('last')
    if (ends.length > 0) expect(bundle.sandbox.bookingsOf('call-1')).toEqual([])
  },
)
