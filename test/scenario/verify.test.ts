/** A worker is killed in the middle of attempts, and the next one asks Salesforce what became of them. */
import { expect, it } from 'vitest'

import { sampleCallback } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

it('books once what a killed worker had sent, by asking Salesforce what it has', async () => {
  const bundle = await setup({ destination: { onUncertain: 'verify' } })
  const { sandbox, producer } = bundle
  sandbox.setFaults([
    { do: 'stall', booked: true, times: 1, match: { callId: 'heard' } },
    { do: 'stall', times: 1, match: { callId: 'lost' } },
  ])
  const victim = await startWorkerProcess(bundle, { RINGBACK_VERIFY_GRACE: '200ms' })
  await producer.enqueue(sampleCallback('heard'))
  await producer.enqueue({ ...sampleCallback('lost'), callbackNumber: '+4930901820' })
  await Promise.all([sandbox.booked('heard'), sandbox.requestArrived('lost')])

  await victim.kill()
  // Far above what a busy machine delays it by: only the killed worker's lock is to run out.
  await startWorkerProcess(bundle, {
    RINGBACK_VERIFY_GRACE: '200ms',
    RINGBACK_LOCK_DURATION: '4s',
  })
  await resultsOfAll(bundle, ['heard', 'lost'])

  const lost = { outcome: 'uncertain', code: 'worker-lost' }
  expect(sandbox.bookingsOf('heard')).toHaveLength(1)
  expect(await producer.status('heard')).toMatchObject({
    state: 'booked',
    attempts: 1,
    verified: true,
    possibleDuplicate: false,
    recordId: sandbox.bookingsOf('heard')[0]?.recordId,
    history: [{ ...lost, verification: { verdict: 'verified-booked' } }],
  })
  expect(sandbox.bookingsOf('lost')).toHaveLength(1)
  expect(await producer.status('lost')).toMatchObject({
    state: 'booked',
    attempts: 2,
    verified: false,
    possibleDuplicate: true,
    recordId: sandbox.bookingsOf('lost')[0]?.recordId,
    history: [{ ...lost, verification: { verdict: 'verified-not-booked' } }, { outcome: 'booked' }],
  })
})
