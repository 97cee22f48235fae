import { expect, it } from 'vitest'

import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { xadd } from '../../support/inbox.ts'
import { setup } from '../../support/ringback.ts'
import { containing } from './support/asymmetric.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const callbackNumber = '+18445791189'

it('says by whom a callback is held, which place it has, and when it is expected', async () => {
  const { store, redisUrl, producer, recorder, startWorker } = await setup()
  const env = { ...environmentOf(redisUrl, store.ref.namespace), RINGBACK_RATE: '2' }
  const pauseIt = ['pause', '--by', 'ops', '--reason', 'maintenance', '--for', '1h']
  await runCommand({ env }, ...pauseIt)
  startWorker()
  const [first, ...others] = sampleCallbacks(5)
  for (const callback of [first, ...others]) {
    if (callback !== undefined) await producer.enqueue(callback)
  }
  await producer.enqueue({ id: 'later', callId: 'later', callbackNumber, delay: 60_000 })
  await recorder.next('callback.scheduled', () => recorder.of('callback.scheduled').length === 6)

  const last = others.at(-1)?.id ?? ''
  const json = await runCommand({ env }, 'explain', last, '--json')
  const plain = await runCommand({ env }, 'explain', last)
  const status = await runCommand({ env }, 'status', last)
  const later = await runCommand({ env }, 'explain', 'later', '--json')

  const pausedByOps = {
    code: 'paused',
    message: containing('paused by ops'),
    until: containing('Z'),
  }
  expect(json.status).toBe(0)
  expect(JSON.parse(json.stdout)).toEqual({
    id: last,
    state: 'scheduled',
    reasons: [pausedByOps, { code: 'turn', message: containing('4 that are due go before it') }],
    expectedAt: containing('Z'),
  })
  expect(plain.stdout).toMatch(/^ {2}paused by ops since .*: maintenance$/m)
  expect(plain.stdout).toMatch(/^ {2}expected .* \(in .*\), at the earliest$/m)
  expect(status.stdout).toMatch(/^because +paused by ops since .*: maintenance$/m)
  expect(status.stdout).toMatch(/^expected +.* \(in .*\), at the earliest$/m)
  expect(JSON.parse(later.stdout)).toMatchObject({ reasons: [{ code: 'not-due' }, pausedByOps] })
})

it('says how a callback has ended, and what its last attempt came to before that', async () => {
  const { store, redisUrl, sandbox, producer, recorder, startWorker } = await setup({
    destination: {
      retry: {
        maxAttempts: 5,
        maxRetryDurationMs: 60_000,
        notFoundGraceMs: 0,
        backoff: { initialMs: 60_000, factor: 1, maxMs: 60_000 },
      },
    },
  })
  const env = environmentOf(redisUrl, store.ref.namespace)
  sandbox.setFaults([{ do: 'break', status: 503, match: { callId: 'failing' } }])
  startWorker()
  await producer.enqueue(sampleCallback('failing'))
  await producer.enqueue(sampleCallback('fine'))
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  await recorder.next('attempt.settled', ({ state }) => state === 'retrying')

  const failing = await runCommand({ env }, 'explain', 'failing', '--json')
  const fine = await runCommand({ env }, 'explain', 'fine', '--json')
  const status = await runCommand({ env }, 'status', 'fine')

  expect(JSON.parse(failing.stdout)).toMatchObject({
    state: 'retrying',
    reasons: [{ code: 'next-attempt', message: containing('came to service-unavailable') }],
  })
  expect(JSON.parse(fine.stdout)).toEqual({
    id: 'fine',
    state: 'booked',
    reasons: [{ code: 'ended', message: containing('booked: Salesforce has created') }],
  })
  expect(status.stdout).not.toMatch(/^(because|expected)/m)
})

it('says that a callback is unknown, that it may lie in the inbox, and ends with 1', async () => {
  const { env, store } = freshEnvironment()
  await xadd(store, 'something')
  const { status, stdout } = await runCommand({ env }, 'explain', 'nobody', '--json')
  expect(status).toBe(1)
  expect(JSON.parse(stdout)).toEqual({
    id: 'nobody',
    state: 'unknown',
    reasons: [{ code: 'unknown', message: containing('1 entry waits in the inbox') }],
  })
})
