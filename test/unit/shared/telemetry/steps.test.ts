import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, expect, it } from 'vitest'

import { stepsMarkdown } from '../../../../src/shared/telemetry/steps-markdown.ts'
import {
  areStepsWatched,
  reachStep,
  stepChannel,
  stepTable,
  takeStep,
  type StepMessage,
} from '../../../../src/shared/telemetry/steps.ts'

const said: unknown[] = []
const listen = (message: unknown) => void said.push(message)
const store = new AsyncLocalStorage<StepMessage>()

afterEach(() => {
  said.length = 0
  unsubscribe(stepChannel, listen)
  channel(stepChannel).unbindStore(store)
})

it('tells whoever listens what is about to be done, and that it was', async () => {
  subscribe(stepChannel, listen)
  const result = await takeStep('begin', 'one', () => {
    said.push('done')
    return Promise.resolve(7)
  })
  expect(result).toBe(7)
  expect(said).toEqual([
    { step: 'begin', when: 'before', id: 'one' },
    'done',
    { step: 'begin', when: 'after', id: 'one' },
  ])
})

it('says no "after" of a step that failed, and passes its error on', async () => {
  subscribe(stepChannel, listen)
  const failing = takeStep('settle', 'one', () => Promise.reject(new Error('OOM')))
  await expect(failing).rejects.toThrow('OOM')
  expect(said).toEqual([{ step: 'settle', when: 'before', id: 'one' }])
})

it('does the step all the same when nobody listens', async () => {
  expect(areStepsWatched()).toBe(false)
  reachStep('queue.finish', 'after', 'one')
  expect(await takeStep('begin', 'one', () => Promise.resolve(7))).toBe(7)
})

it('carries a store that is bound to it through what a step does, and no further', async () => {
  channel(stepChannel).bindStore(store)
  const within = () => Promise.resolve().then(() => store.getStore()?.step)
  expect(await takeStep('confirm', 'one', within)).toBe('confirm')
  expect(store.getStore()).toBeUndefined()
})

it.each(Object.entries(stepTable))('docs/steps.md explains %s', (step, what) => {
  expect(stepsMarkdown()).toContain(`| \`${step}\` | ${what} |`)
})
