import { expect, it } from 'vitest'

import type { Fault } from '../../../src/sandbox/faults.ts'
import { readResults } from '../../../src/shared/results/results.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { setup } from '../../support/ringback.ts'

const callback = sampleCallback('one')
const last = { afterEntryId: '0-0', count: 10 }

const unclear: [string, Fault, { code: string; status?: number; bookings: number }][] = [
  ['never answered', { do: 'stall', times: 1 }, { code: 'timeout', bookings: 1 }],
  [
    'never answered, having booked',
    { do: 'stall', booked: true, times: 1 },
    { code: 'timeout', bookings: 2 },
  ],
  [
    'cut the connection before it booked',
    { do: 'cut', when: 'before', times: 1 },
    { code: 'reset', bookings: 1 },
  ],
  [
    'cut the connection after it had booked',
    { do: 'cut', when: 'after', times: 1 },
    { code: 'reset', bookings: 2 },
  ],
  [
    'broke with 500',
    { do: 'break', status: 500, times: 1 },
    { code: 'http-500', status: 500, bookings: 1 },
  ],
  [
    'broke with 502 after it had booked',
    { do: 'break', status: 502, booked: true, body: 'html', times: 1 },
    { code: 'http-502', status: 502, bookings: 2 },
  ],
  [
    'named no record',
    { do: 'omit-record-id', times: 1 },
    { code: 'no-record-id', status: 200, bookings: 2 },
  ],
  [
    'named errors beside its record',
    { do: 'errors-in-success', times: 1 },
    { code: 'errors-in-success', status: 200, bookings: 2 },
  ],
  [
    'answered with a page',
    { do: 'garbage', times: 1 },
    { code: 'errors-in-success', status: 200, bookings: 2 },
  ],
]

it.each(unclear)(
  'tries again when Salesforce %s, and says for ever after that there may be two',
  async (_, fault, { code, status, bookings }) => {
    const { place, redis, producer, sandbox, recorder, startWorker } = await setup({
      destination: { attemptTimeoutMs: 300 },
    })
    sandbox.setFaults([fault])
    startWorker()
    await producer.enqueue(callback)
    await recorder.next('attempt.settled', ({ state }) => state === 'booked')

    const [first] = recorder.of('attempt.settled')
    expect(first).toMatchObject({ outcome: 'uncertain', state: 'retrying', code, status })
    expect(await producer.status('one')).toMatchObject({
      ...{ state: 'booked', attempts: 2, possibleDuplicate: true },
      recordId: sandbox.bookingsOf('one').at(-1)?.recordId,
      history: [
        { attempt: 1, outcome: 'uncertain', code },
        { attempt: 2, outcome: 'booked' },
      ],
    })
    expect(await readResults(redis, place, last)).toMatchObject([
      { id: 'one', state: 'booked', possibleDuplicate: true },
    ])
    // What the policy `retry` costs: an attempt whose answer was lost is made again.
    expect(sandbox.bookingsOf('one')).toHaveLength(bookings)
    const keys = sandbox.bookingsOf('one').map(({ idempotencyKey }) => idempotencyKey)
    expect(new Set(keys)).toEqual(new Set(['one']))
  },
)

it('does not say so when nothing can have been booked', async () => {
  const { producer, sandbox, recorder, startWorker } = await setup()
  await sandbox.close()
  startWorker()
  await producer.enqueue(callback)
  await recorder.next('attempt.settled', ({ state }) => state === 'dead')
  expect(await producer.status('one')).toMatchObject({
    ...{ reason: 'exhausted', code: 'connect', attempts: 5, possibleDuplicate: false },
  })
})

it.each(unclear)(
  'holds it under the policy hold when Salesforce %s: it is not sent again, and waits for somebody',
  async (_, fault, { code }) => {
    const { place, redis, producer, sandbox, recorder, startWorker } = await setup({
      destination: { attemptTimeoutMs: 300, onUncertain: 'hold' },
    })
    sandbox.setFaults([fault])
    startWorker()
    await producer.enqueue(callback)
    await recorder.next('attempt.settled')

    expect(recorder.of('attempt.settled')).toMatchObject([
      { outcome: 'uncertain', state: 'dead', reason: 'uncertain', followed: 'held', code },
    ])
    expect(await producer.status('one')).toMatchObject({
      ...{ state: 'dead', reason: 'uncertain', attempts: 1, possibleDuplicate: false, code },
    })
    expect(await readResults(redis, place, last)).toMatchObject([
      { id: 'one', state: 'dead', reason: 'uncertain' },
    ])
    expect(sandbox.counts().requests).toBe(1)
    await expect(producer.enqueue(callback)).resolves.toMatchObject({ kind: 'duplicate' })
  },
)
