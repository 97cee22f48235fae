import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { afterEach, expect, it } from 'vitest'

import {
  openStep,
  stepChannel,
  takeStep,
  type StepMessage,
} from '../../../../src/shared/telemetry/steps.ts'

const steps = tracingChannel<StepMessage, StepMessage>(stepChannel)
const subject = {
  destination: 'default',
  id: 'one',
  generation: 1,
  attempt: 2,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  runId: undefined,
  decidedBy: undefined,
}
const message: StepMessage = { step: 'begin', ...subject }
const outOfMemory = new Error('OOM')

/** In order; a message as it was then. */
const said: unknown[] = []
const sayAs = (moment: string) => (context: object) => void said.push([moment, { ...context }])
const subscribers = {
  start: sayAs('start'),
  end: sayAs('end'),
  asyncStart: sayAs('asyncStart'),
  asyncEnd: sayAs('asyncEnd'),
  error: sayAs('error'),
}
const store = new AsyncLocalStorage<StepMessage>()

afterEach(() => {
  said.length = 0
  steps.unsubscribe(subscribers)
  steps.start.unbindStore(store)
})

it('publishes what is about to be done, and that it was done', async () => {
  steps.subscribe(subscribers)
  const taken = takeStep('begin', subject, () => {
    said.push('done')
    return Promise.resolve(7)
  })
  said.push('goes on')
  expect(await taken).toBe(7)
  expect(said).toEqual([
    ['start', message],
    'done',
    ['end', message],
    'goes on',
    ['asyncStart', message],
    ['asyncEnd', message],
  ])
})

it('publishes the error of a step whose act rejects, and then rejects with the same', async () => {
  steps.subscribe(subscribers)
  const taken = takeStep('begin', subject, () => Promise.reject(outOfMemory))
  await taken.catch((error: unknown) => said.push(['rejects', error]))
  const failed = { ...message, error: outOfMemory }
  expect(said).toStrictEqual([
    ['start', message],
    ['end', message],
    ['error', failed],
    ['asyncStart', failed],
    ['asyncEnd', failed],
    ['rejects', outOfMemory],
  ])
})

it('takes a step whose act throws for one that rejects', async () => {
  steps.subscribe(subscribers)
  const taken = takeStep('begin', subject, () => {
    throw outOfMemory
  })
  await expect(taken).rejects.toBe(outOfMemory)
  expect(said).toContainEqual(['error', { ...message, error: outOfMemory }])
})

it('publishes a step that somebody else takes when it begins, and once how it ends', () => {
  steps.subscribe(subscribers)
  const [good, bad] = [openStep('queue.finish', subject), openStep('token.send', {})]
  bad?.fail(outOfMemory)
  bad?.succeed()
  good?.succeed()
  good?.fail(outOfMemory)
  const finished = { ...message, step: 'queue.finish' }
  const failed = { step: 'token.send', error: outOfMemory }
  expect(said).toEqual([
    ['start', finished],
    ['end', finished],
    ['start', { step: 'token.send' }],
    ['end', { step: 'token.send' }],
    ['error', failed],
    ['asyncStart', failed],
    ['asyncEnd', failed],
    ['asyncStart', finished],
    ['asyncEnd', finished],
  ])
})

it('hands one and the same message to all who hear of a step', async () => {
  const messages = new Set<unknown>()
  const add = (context: object) => void messages.add(context)
  const adding = { start: add, end: add, asyncStart: add, asyncEnd: add, error: add }
  steps.subscribe(adding)
  await takeStep('begin', subject, () => Promise.reject(outOfMemory)).catch(() => undefined)
  openStep('queue.finish', subject)?.fail(outOfMemory)
  steps.unsubscribe(adding)
  expect(messages.size).toBe(2)
})

it('never publishes what a step came to, nor more of its subject than it promises', async () => {
  steps.subscribe(subscribers)
  const given = { ...subject, callbackNumber: '+15550100' }
  await takeStep('begin', given, () => Promise.resolve('+15550100'))
  openStep('queue.finish', given)?.succeed()
  expect(JSON.stringify(said)).not.toContain('+15550100')
})

it('does the step all the same, and nothing besides, when nobody listens', async () => {
  const promise = Promise.resolve(7)
  expect(takeStep('begin', subject, () => promise)).toBe(promise)
  expect(openStep('queue.finish', subject)).toBeUndefined()
  expect(await promise).toBe(7)
})

it('carries a store that is bound to it through what a step does, and no further', async () => {
  steps.start.bindStore(store)
  const within = () => Promise.resolve().then(() => store.getStore()?.step)
  expect(await takeStep('confirm', subject, within)).toBe('confirm')
  expect(store.getStore()).toBeUndefined()
})
