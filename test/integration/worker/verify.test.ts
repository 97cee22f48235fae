/** The policy `verify`, from the inbox to the end, against what a sandbox has booked. */
import { describe, expect, it } from 'vitest'

import type { Fault } from '../../../src/sandbox/faults.ts'
import { readResults } from '../../../src/shared/store/results/results.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { setup, type Bundle, type BundleOptions } from '../../support/ringback.ts'
import { unclear } from '../../support/unclear-faults.ts'

const callback = sampleCallback('one')
const bookedThenCut: Fault = { do: 'cut', when: 'after', times: 1 }
const cutBeforeItBooked: Fault = { do: 'cut', when: 'before', times: 1 }

/** A destination that asks, one callback, and the faults that meet it. */
async function verifying(
  faults: readonly Fault[],
  { destination = {}, verify = {} }: BundleOptions = {},
): Promise<Bundle> {
  const bundle = await setup({
    destination: { attemptTimeoutMs: 1_000, onUncertain: 'verify', ...destination },
    verify,
  })
  bundle.sandbox.setFaults(faults)
  bundle.startWorker()
  await bundle.producer.enqueue(callback)
  return bundle
}

/** How the callback is told to have ended. */
async function endOf({ store, producer, recorder }: Bundle) {
  const ended = ({ state }: { state: string }) => state !== 'retrying'
  await Promise.race([
    recorder.next('attempt.verified', ended),
    recorder.next('attempt.settled', ended),
  ])
  const results = await readResults(store, { afterEntryId: '0-0', count: 10 })
  return { story: await producer.status('one'), results }
}

function verdictsOf({ recorder }: Bundle) {
  return recorder.of('attempt.verified').map(({ verdict, code }) => code ?? verdict)
}

it.each(unclear.filter(([, , { booked }]) => booked))(
  'finds out that it was booked when Salesforce %s: it is booked, verified, once and unmarked',
  async (_, fault) => {
    const bundle = await verifying([fault])
    const { story, results } = await endOf(bundle)

    const bookings = bundle.sandbox.bookingsOf('one')
    expect(bookings).toHaveLength(1)
    const recordId = bookings[0]?.recordId
    expect(story).toMatchObject({
      state: 'booked',
      attempts: 1,
      recordId,
      verified: true,
      possibleDuplicate: false,
      history: [{ outcome: 'uncertain', verification: { verdict: 'verified-booked', recordId } }],
    })
    expect(results).toMatchObject([
      { id: 'one', state: 'booked', recordId, verified: true, possibleDuplicate: false },
    ])
  },
)

it.each(unclear.filter(([, , { booked }]) => !booked))(
  'sends it again when Salesforce %s and has none: it is booked once, and marked',
  async (_, fault) => {
    const bundle = await verifying([fault])
    const { story, results } = await endOf(bundle)

    const bookings = bundle.sandbox.bookingsOf('one')
    expect(bookings).toHaveLength(1)
    const recordId = bookings[0]?.recordId
    expect(story).toMatchObject({
      state: 'booked',
      attempts: 2,
      recordId,
      verified: false,
      possibleDuplicate: true,
      history: [
        { outcome: 'uncertain', verification: { verdict: 'verified-not-booked' } },
        { outcome: 'booked', recordId },
      ],
    })
    expect(results).toMatchObject([{ state: 'booked', recordId, possibleDuplicate: true }])
  },
)

describe('what Salesforce has booked is found', () => {
  it('when it can be seen only after a while, within the grace period', async () => {
    const lag: Fault = { do: 'lag', lagMs: 400 }
    const bundle = await verifying([bookedThenCut, lag], { verify: { graceMs: 1_000 } })
    expect((await endOf(bundle)).story).toMatchObject({ verified: true, possibleDuplicate: false })
    expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
    expect(bundle.sandbox.coreCounts().query).toBe(1)
  })

  it('when the org writes numbers its own way', async () => {
    const bundle = await verifying([bookedThenCut, { do: 'reformat' }])
    expect((await endOf(bundle)).story).toMatchObject({ verified: true, possibleDuplicate: false })
    expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
  })

  it('when it was made by an earlier attempt than the last one in doubt', async () => {
    // The first question does not see it yet; the second one is about another attempt.
    const faults: Fault[] = [bookedThenCut, cutBeforeItBooked, { do: 'lag', times: 1 }]
    const bundle = await verifying(faults)
    const { story } = await endOf(bundle)

    expect(verdictsOf(bundle)).toEqual(['verified-not-booked', 'verified-booked'])
    const [booking] = bundle.sandbox.bookingsOf('one')
    expect(story).toMatchObject({ attempts: 2, recordId: booking?.recordId, verified: true })
    expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
  })
})

it('does not hide that a customer may be called twice when a booking cannot be seen: it is marked', async () => {
  const bundle = await verifying([bookedThenCut, { do: 'lag' }])
  const { story, results } = await endOf(bundle)
  expect(bundle.sandbox.bookingsOf('one')).toHaveLength(2)
  expect(story).toMatchObject({ state: 'booked', attempts: 2, possibleDuplicate: true })
  expect(results).toMatchObject([{ state: 'booked', possibleDuplicate: true }])
})

it('holds a callback of which Salesforce has several', async () => {
  const bundle = await verifying([bookedThenCut, { do: 'several' }])
  const { story, results } = await endOf(bundle)
  expect(story).toMatchObject({
    state: 'dead',
    reason: 'uncertain',
    code: 'several-contact-requests',
    attempts: 1,
    possibleDuplicate: false,
  })
  expect(results).toMatchObject([{ state: 'dead', reason: 'uncertain' }])
  expect(bundle.sandbox.counts().requests).toBe(1)
})

describe('while Salesforce cannot be asked', () => {
  const passing: [Fault, string][] = [
    [{ do: 'break', on: 'token' }, 'token-unavailable'],
    [{ do: 'limit', on: 'token' }, 'token-unavailable'],
    [{ do: 'garbage', on: 'token' }, 'token-unavailable'],
    [{ do: 'cut', on: 'token' }, 'token-reset'],
    [{ do: 'stall', on: 'token' }, 'token-timeout'],
    [{ do: 'break', on: 'query', status: 500 }, 'http-500'],
    [{ do: 'limit', on: 'query' }, 'limit-exceeded'],
    [{ do: 'cut', on: 'query' }, 'reset'],
    [{ do: 'redirect', on: 'query' }, 'redirected'],
    [{ do: 'garbage', on: 'query' }, 'unreadable-answer'],
    [{ do: 'stall', on: 'query' }, 'timeout'],
  ]

  it.each([
    ['finds its booking', bookedThenCut, 'verified-booked', 1],
    ['finds none and sends it again', cutBeforeItBooked, 'verified-not-booked', 2],
  ])('asks again, sends nothing meanwhile, and then %s', async (_, fault, verdict, attempts) => {
    const once = passing.map(([trouble]) => ({ ...trouble, times: 1 }))
    const bundle = await verifying([fault, ...once])
    const { story } = await endOf(bundle)

    const last = verdict === 'verified-booked' ? verdict : 'verified-not-booked'
    expect(verdictsOf(bundle)).toEqual([...passing.map(([, code]) => code), last])
    expect(story).toMatchObject({ state: 'booked', attempts })
    expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
    expect(bundle.sandbox.counts().requests).toBe(attempts)
  })

  it('holds it when the time for attempts is over', async () => {
    const retry = {
      maxAttempts: 5,
      maxRetryDurationMs: 600,
      notFoundGraceMs: 0,
      backoff: { initialMs: 100, factor: 1, maxMs: 100 },
    }
    const faults: Fault[] = [bookedThenCut, { do: 'break', on: 'query' }]
    const bundle = await verifying(faults, { destination: { retry } })
    const { story } = await endOf(bundle)
    expect(story).toMatchObject({ state: 'dead', reason: 'uncertain', code: 'http-503' })
    expect(bundle.sandbox.counts().requests).toBe(1)
  })
})

it.each<[string, Fault, string]>([
  ['its credentials', { do: 'unauthorized', on: 'token' }, 'token-refused'],
  ['its user', { do: 'refuse', on: 'token' }, 'token-refused'],
  ['every access token', { do: 'unauthorized', on: 'query' }, 'unauthorized'],
  ['to let ContactRequests be read', { do: 'refuse', on: 'query' }, 'forbidden'],
  [
    'to understand the question',
    { do: 'refuse', on: 'query', status: 400, code: 'MALFORMED_QUERY' },
    'query-refused',
  ],
])('holds it at once when Salesforce refuses %s', async (_, fault, code) => {
  const bundle = await verifying([bookedThenCut, fault])
  const { story } = await endOf(bundle)
  expect(story).toMatchObject({
    state: 'dead',
    reason: 'uncertain',
    code,
    attempts: 1,
    possibleDuplicate: false,
  })
  expect(verdictsOf(bundle)).toEqual([code])
  expect(bundle.sandbox.counts().requests).toBe(1)
  await expect(bundle.producer.enqueue(callback)).resolves.toMatchObject({ kind: 'duplicate' })
})

describe('of two callbacks to one number', () => {
  const two = { ...sampleCallback('two'), callbackNumber: callback.callbackNumber }

  it('the booked one’s ContactRequest is not taken for the one in doubt', async () => {
    const bundle = await verifying([])
    await bundle.recorder.next('attempt.settled', ({ id }) => id === 'one')
    bundle.sandbox.setFaults([cutBeforeItBooked])
    await bundle.producer.enqueue(two)
    await bundle.recorder.next(
      'attempt.settled',
      ({ id, state }) => id === 'two' && state === 'booked',
    )
    expect(verdictsOf(bundle)).toEqual(['verified-not-booked'])
    for (const id of ['one', 'two']) expect(bundle.sandbox.bookingsOf(id)).toHaveLength(1)
  })

  it('in doubt at once, one ContactRequest ends only one, and the other one is sent again', async () => {
    const faults: Fault[] = [
      { ...bookedThenCut, match: { callId: 'one' } },
      { ...cutBeforeItBooked, match: { callId: 'two' } },
    ]
    const bundle = await verifying(faults, { verify: { graceMs: 500 } })
    const { producer, recorder, sandbox } = bundle
    await producer.enqueue(two)
    const verified = await recorder.next('attempt.verified', ({ state }) => state === 'booked')
    await recorder.next('attempt.settled', ({ state }) => state === 'booked')

    const stories = [await producer.status('one'), await producer.status('two')]
    const recordIds = stories.map((story) => story?.recordId)
    expect(recordIds.toSorted()).toEqual(
      sandbox
        .bookings()
        .map((each) => each.recordId)
        .toSorted(),
    )
    expect(new Set(recordIds).size).toBe(2)
    for (const story of stories) {
      expect(story).toMatchObject({
        state: 'booked',
        verified: story?.id === verified.id,
        possibleDuplicate: story?.id !== verified.id,
      })
    }
  })
})
