/** A request and its answer are steps that got takes for us: it says when they begin and how they end. */
import { inspect } from 'node:util'
import { expect, it } from 'vitest'

import { onStep } from '../../support/on-step.ts'
import { watchSteps, type WatchedStep } from '../../support/watch-steps.ts'
import { callbackClient, exampleRequest } from './support/callback-client.ts'
import { json, socketServer, webServer } from './support/local-peer.ts'

const schemes = ['http', 'https'] as const
const about = { destination: 'default', generation: 1, attempt: 2 }
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const succeeds = ['start', 'end', 'asyncStart', 'asyncEnd']
const fails = ['start', 'end', 'error', 'asyncStart', 'asyncEnd']

function momentsOf(watched: readonly WatchedStep[], step: string): string[] {
  return watched.filter(({ message }) => message.step === step).map(({ moment }) => moment)
}

function errorOf(watched: readonly WatchedStep[], step: string): unknown {
  return watched.find(({ moment, message }) => moment === 'error' && message.step === step)?.message
    .error
}

it.each(schemes)('over %s both succeed, and say whose they are', async (scheme) => {
  const { baseUrl } = await webServer((response) => json(response, 200, {}), scheme)
  const client = callbackClient({ baseUrl })
  const watched = watchSteps()
  await client.requestCallback({ ...exampleRequest, traceparent }, { about })
  const subject = { ...about, id: exampleRequest.idempotencyKey, traceparent }
  const steps = ['salesforce.send', 'salesforce.answer']
  for (const step of steps) expect(momentsOf(watched, step)).toEqual(succeeds)
  for (const { message } of watched) {
    expect(message).toEqual({ ...subject, step: expect.toBeOneOf(steps) as unknown })
  }
  await client.requestCallback(exampleRequest)
  expect(momentsOf(watched, 'salesforce.send')).toEqual([...succeeds, ...succeeds])
})

it.each(schemes)('the request fails that a server on %s cuts in the middle', async (scheme) => {
  const { baseUrl } = await socketServer(({ socket, reset }) => {
    socket.once('data', () => {
      socket.pause()
      reset()
    })
  }, scheme)
  const watched = watchSteps()
  // More than the buffers of a connection hold.
  const idempotencyKey = 'k'.repeat(16_000_000)
  await callbackClient({ baseUrl }).requestCallback({ ...exampleRequest, idempotencyKey })
  expect(momentsOf(watched, 'salesforce.send')).toEqual(fails)
  expect(momentsOf(watched, 'salesforce.answer')).toEqual([])
  expect(errorOf(watched, 'salesforce.send')).toBeInstanceOf(Error)
})

it('the request fails that is held back', async () => {
  const { baseUrl } = await webServer((response) => json(response, 200, {}))
  const watched = watchSteps()
  await callbackClient({ baseUrl }).requestCallback(exampleRequest, { maySend: () => false })
  // The connection is given up first, and closed then.
  await expect.poll(() => momentsOf(watched, 'salesforce.send')).toEqual(fails)
})

it('the answer fails that breaks off', async () => {
  const { baseUrl } = await socketServer(({ socket }) => {
    socket.once('data', () => socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 50\r\n\r\n{"rec'))
  })
  const watched = watchSteps()
  await callbackClient({ baseUrl }).requestCallback(exampleRequest)
  expect(momentsOf(watched, 'salesforce.send')).toEqual(succeeds)
  expect(momentsOf(watched, 'salesforce.answer')).toEqual(fails)
})

it('the answer fails that nobody waits for any more, and its error holds no token', async () => {
  const leaving = new AbortController()
  const { baseUrl } = await webServer((response) => {
    response.writeHead(200).write('{"recordId":')
  })
  const watched = watchSteps()
  onStep('salesforce.answer', 'before', () => leaving.abort())
  await callbackClient({ baseUrl }).requestCallback(exampleRequest, { signal: leaving.signal })
  expect(momentsOf(watched, 'salesforce.answer')).toEqual(fails)
  expect(inspect(watched, { depth: Infinity, showHidden: true })).not.toContain('eyJ')
})
