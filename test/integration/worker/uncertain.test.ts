import { expect, it } from 'vitest'

import { readResults } from '../../../src/shared/store/results/results.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { setup } from '../../support/ringback.ts'
import { unclear } from '../../support/unclear-faults.ts'

const callback = sampleCallback('one')
const last = { afterEntryId: '0-0', count: 10 }

it.each(unclear)(
  'tries again when Salesforce %s, and says for ever after that there may be two',
  async (_, fault, { code, status, booked }) => {
    const { store, producer, sandbox, recorder, startWorker } = await setup({
      destination: { attemptTimeoutMs: 1_000 },
    })
    sandbox.setFaults([fault])
    startWorker()
    await producer.enqueue(callback)
    await recorder.next('attempt.settled', ({ state }) => state === 'booked')

    const [first] = recorder.of('attempt.settled')
    expect(first).toMatchObject({ outcome: 'uncertain', state: 'retrying', code, status })
    expect(await producer.status('one')).toMatchObject({
      state: 'booked',
      attempts: 2,
      possibleDuplicate: true,
      recordId: sandbox.bookingsOf('one').at(-1)?.recordId,
      history: [
        { attempt: 1, outcome: 'uncertain', code },
        { attempt: 2, outcome: 'booked' },
      ],
    })
    expect(await readResults(store, last)).toMatchObject([
      { id: 'one', state: 'booked', possibleDuplicate: true },
    ])
    // What the policy `retry` costs: an attempt whose answer was lost is made again.
    expect(sandbox.bookingsOf('one')).toHaveLength(booked ? 2 : 1)
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
    reason: 'exhausted',
    code: 'connect',
    attempts: 5,
    possibleDuplicate: false,
  })
})

it.each(unclear)(
  'holds it under the policy hold when Salesforce %s: it is not sent again, and waits for somebody',
  async (_, fault, { code }) => {
    const { store, producer, sandbox, recorder, startWorker } = await setup({
      destination: { attemptTimeoutMs: 1_000, onUncertain: 'hold' },
    })
    sandbox.setFaults([fault])
    startWorker()
    await producer.enqueue(callback)
    await recorder.next('attempt.settled')

    expect(recorder.of('attempt.settled')).toMatchObject([
      { outcome: 'uncertain', state: 'dead', reason: 'uncertain', followed: 'held', code },
    ])
    expect(await producer.status('one')).toMatchObject({
      state: 'dead',
      reason: 'uncertain',
      attempts: 1,
      possibleDuplicate: false,
      code,
    })
    expect(await readResults(store, last)).toMatchObject([
      { id: 'one', state: 'dead', reason: 'uncertain' },
    ])
    expect(sandbox.counts().requests).toBe(1)
    await expect(producer.enqueue(callback)).resolves.toMatchObject({ kind: 'duplicate' })
  },
)
