import { inspect } from 'node:util'
import { expect, it } from 'vitest'

import { callbackKey } from '../../../../src/shared/redis/keys.ts'
import { sampleCallback } from '../../../support/callbacks.ts'
import { resultsOfAll } from '../../../support/results.ts'
import { setup } from '../../../support/ringback.ts'
import { watchSteps } from '../../../support/watch-steps.ts'
import { core } from '../../../support/worker-config.ts'

const one = sampleCallback('one')
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

it('holds nobody’s number, no token and no key, whatever becomes of a callback', async () => {
  const bundle = await setup({ destination: { onUncertain: 'verify' } })
  const { store, producer, sandbox } = bundle
  const { redis, ref } = store
  sandbox.setFaults([{ do: 'cut', when: 'after', times: 1 }])
  const watched = watchSteps()
  const worker = bundle.startWorker()
  await producer.enqueue({ ...one, traceparent })
  await resultsOfAll(bundle, ['one'])
  await redis.set(callbackKey(ref, 'two'), 'a string where a hash should be')
  await expect(producer.enqueue({ ...one, id: 'two' })).rejects.toThrow('something else')
  await worker.stop()

  const steps = new Set(watched.map(({ message }) => message.step))
  // Else it has seen nothing.
  for (const step of ['salesforce.send', 'token.answer', 'query.send', 'verify'] as const) {
    expect(steps).toContain(step)
  }
  const refused = watched.find(({ moment, message }) => moment === 'error' && message.id === 'two')
  expect(refused?.message).toMatchObject({
    step: 'accept',
    destination: ref.destination,
    id: 'two',
    error: expect.objectContaining({ name: 'ReplyError' }) as unknown,
  })
  const all = inspect(watched, { depth: Infinity, maxArrayLength: Infinity, showHidden: true })
  for (const secret of [
    one.callbackNumber.slice(1),
    'eyJ',
    '00D',
    'PRIVATE KEY',
    core.clientSecret,
  ]) {
    expect(all).not.toContain(secret)
  }
})

it('says of every step of an attempt which attempt it is, and of its request in which trace', async () => {
  const bundle = await setup({ destination: { onUncertain: 'verify' } })
  const { store, producer, sandbox } = bundle
  sandbox.setFaults([{ do: 'cut', when: 'after', times: 1 }])
  const watched = watchSteps()
  bundle.startWorker()
  await producer.enqueue({ ...one, traceparent })
  await resultsOfAll(bundle, ['one'])

  const messageOf = (step: string) => watched.find(({ message }) => message.step === step)?.message
  const { destination } = store.ref
  const callback = { destination, id: 'one' }
  const job = { ...callback, generation: 1 }
  expect(messageOf('accept')).toMatchObject({ ...callback, traceparent })
  expect(messageOf('inbox.read')).toMatchObject({ destination })
  expect(messageOf('queue.add')).toMatchObject(job)
  expect(messageOf('begin')).toMatchObject(job)
  expect(messageOf('salesforce.send')).toMatchObject({ ...job, attempt: 1, traceparent })
  expect(messageOf('settle')).toMatchObject({ ...job, attempt: 1 })
  expect(messageOf('query.send')).toMatchObject({ ...job, attempt: 1 })
  expect(messageOf('verify')).toMatchObject({ ...callback, attempt: 1 })
})
