/**
 * What is going on when a process dies: one scene for each side effect there is, see steps.ts. A step without a scene does
 * not compile, and one that no scene gets to fails its test.
 */
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

import { jobIdOf } from '../../src/shared/contract/ids.ts'
import {
  countDeadLetters,
  discardDeadLetter,
  redriveDeadLetter,
} from '../../src/shared/dead-letters/dead-letters.ts'
import { bridgeGroup, ensureInboxGroup, readNew } from '../../src/shared/inbox/inbox.ts'
import { callbackKey, inboxKey, queueName, queuePrefix } from '../../src/shared/redis/keys.ts'
import type { Step } from '../../src/shared/telemetry/steps.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback, sampleCallbacks, sendRaw, type SampleCallback } from './callbacks.ts'
import { xadd } from './inbox.ts'
import { spawnNode, spawnRingback, type RingbackProcess } from './process.ts'
import { resultsOfAll } from './results.ts'
import type { Bundle } from './ringback.ts'
import { scheduled } from './scheduled.ts'
import { workerSettings } from './worker-process.ts'

const stepAlone = fileURLToPath(new URL('step-alone.mjs', import.meta.url))

type Settings = Readonly<Record<string, string>>

/** What is to become of a callback: one end for each of its generations. */
export interface Story {
  id: string
  ends: readonly ('booked' | 'dead')[]
}

export interface Scene {
  name: string
  /** The process that is to die. */
  start: (bundle: Bundle, settings: Settings) => RingbackProcess
  /** Puts in place what the process finds. */
  prepare: (bundle: Bundle) => Promise<readonly Story[]>
  /** What somebody does once it is dead, besides starting another worker. */
  recover?: (bundle: Bundle) => Promise<unknown>
  /** True if only one callback is on its way, so that it is known whether it was sent when the process died. */
  isAlone?: true
}

const startWorker: Scene['start'] = (bundle, settings) =>
  spawnRingback(['worker'], { ...workerSettings(bundle), ...settings })

const one = sampleCallback('one')
const three = sampleCallbacks(3)

const booking: Scene = {
  name: 'a worker books a callback',
  isAlone: true,
  start: startWorker,
  prepare: async (bundle) => {
    await sendRaw(bundle, one)
    return booked([one])
  },
}

export const batch: Scene = {
  name: 'a worker takes in many entries at once, good and bad',
  start: startWorker,
  prepare: async (bundle) => {
    const [first, ...others] = three
    for (const callback of three) await sendRaw(bundle, callback)
    await xadd(bundle.redis, bundle.place, { ...one, id: 'bad', unknown: true })
    if (first !== undefined) await sendRaw(bundle, first)
    for (const callback of others) await xadd(bundle.redis, bundle.place, { ...callback, delay: 5 })
    return [...booked(three), { id: 'bad', ends: ['dead'] }]
  },
}

export const retrying: Scene = {
  name: 'a worker meets a Salesforce that is unavailable for a moment',
  start: startWorker,
  prepare: async (bundle) => {
    bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])
    await sendRaw(bundle, one)
    return booked([one])
  },
}

export const refused: Scene = {
  name: 'a worker is told no for good',
  start: startWorker,
  prepare: async (bundle) => {
    bundle.sandbox.setFaults([{ do: 'refuse' }])
    await sendRaw(bundle, one)
    return [{ id: one.id, ends: ['dead'] }]
  },
}

export const expired: Scene = {
  name: 'a worker comes to a callback too late',
  start: startWorker,
  prepare: async ({ redis, place }) => {
    const intent = JSON.stringify(one)
    await scheduled({ redis, place, intent, expiresAt: '2026-02-26T15:40:53.000Z' })
    return [{ id: one.id, ends: ['dead'] }]
  },
}

const burying: Scene = {
  name: 'a worker is given what is no intent',
  start: startWorker,
  prepare: async ({ redis, place }) => {
    await xadd(redis, place, { ...one, unknown: true })
    return [{ id: one.id, ends: ['dead'] }]
  },
}

const claiming: Scene = {
  name: 'a worker takes over what a dead one was given',
  start: startWorker,
  prepare: async (bundle) => {
    const { redis, place } = bundle
    await sendRaw(bundle, one)
    await ensureInboxGroup(redis, place)
    await readNew(redis, place, { consumer: 'dead', count: 1, blockMs: 1 })
    return booked([one])
  },
}

const stumbling: Scene = {
  name: 'a worker cannot take in an entry, and tries again',
  // With a short lock it would take it for abandoned, and claim it from itself, before it has rested.
  start: (bundle, settings) => startWorker(bundle, { ...settings, RINGBACK_LOCK_DURATION: '10s' }),
  prepare: async (bundle) => {
    const { redis, place } = bundle
    await redis.set(callbackKey(place, one.id), 'a string where a hash should be')
    await sendRaw(bundle, one)
    return booked([one])
  },
  recover: ({ redis, place }) => redis.del(callbackKey(place, one.id)),
}

const failing: Scene = {
  name: 'a worker finds a job that BullMQ has given up',
  start: startWorker,
  prepare: async (bundle) => {
    const { redis, place, recorder } = bundle
    await scheduled({ redis, place, intent: JSON.stringify(one) })
    const job = `${queuePrefix(place)}:${queueName}:${jobIdOf(one.id, 1)}`
    // BullMQ's own mark of a job that it is to fail without running it; gone once it has.
    await redis.hset(job, 'defa', 'given up')
    const worker = bundle.startWorker({ maintenanceMs: 60_000 })
    await recorder.next('processor.failed', ({ id }) => id === one.id)
    await worker.stop()
    return booked([one])
  },
}

const lines = sampleCallbacks(80)

export const importing: Scene = {
  name: 'a file is being imported',
  start: (bundle, settings) => runCommand(['import', fileOf(bundle)], bundle, settings),
  prepare: async (bundle) => {
    const file = fileOf(bundle)
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'))
    onTestFinished(() => rm(file))
    return booked(lines)
  },
  recover: async ({ producer }) => {
    for await (const { kind } of producer.enqueueMany(lines)) expect(kind).not.toBe('refused')
  },
}

/** As a producer in another language does it that does not know whether it was heard: it says it again. */
const adding: Scene = {
  name: 'an entry is put into the inbox',
  start: (bundle, settings) => runAlone(['submit', JSON.stringify(one)], bundle, settings),
  prepare: () => Promise.resolve(booked([one])),
  recover: (bundle) => sendRaw(bundle, one),
}

const forgetting: Scene = {
  name: 'a bridge of long ago is forgotten',
  start: (bundle, settings) => runAlone(['forget'], bundle, settings),
  prepare: async (bundle) => {
    const { redis, place } = bundle
    await ensureInboxGroup(redis, place)
    await redis.xgroup('CREATECONSUMER', inboxKey(place), bridgeGroup, 'long-gone')
    await sendRaw(bundle, one)
    return booked([one])
  },
}

export const redriving: Scene = {
  name: 'dead letters are redriven',
  start: (bundle, settings) =>
    runCommand(['dead-letters', 'redrive', ...ids(three)], bundle, settings),
  prepare: async (bundle) => {
    await letDie(bundle)
    return three.map(({ id }) => ({ id, ends: ['dead', 'booked'] }))
  },
  recover: ({ redis, place }) => {
    const nowMs = systemClock.now()
    return Promise.all(ids(three).map((id) => redriveDeadLetter(redis, place, { id, nowMs })))
  },
}

export const discarding: Scene = {
  name: 'dead letters are discarded',
  start: (bundle, settings) =>
    runCommand(['dead-letters', 'discard', ...ids(three)], bundle, settings),
  prepare: async (bundle) => {
    await letDie(bundle)
    return three.map(({ id }) => ({ id, ends: ['dead'] }))
  },
  recover: async ({ redis, place }) => {
    const decision = { nowMs: systemClock.now(), retentionMs: 60_000 }
    for (const id of ids(three)) await discardDeadLetter(redis, place, { id, ...decision })
    expect(await countDeadLetters(redis, place)).toBe(0)
  },
}

/** Where each step is met first. */
export const sceneOf: Record<Step, Scene> = {
  accept: importing,
  'inbox.add': adding,
  'inbox.group': booking,
  'inbox.read': booking,
  'inbox.reread': stumbling,
  'inbox.claim': claiming,
  'inbox.forget': forgetting,
  open: booking,
  bury: burying,
  'queue.add': booking,
  confirm: booking,
  begin: booking,
  'salesforce.send': booking,
  'salesforce.answer': booking,
  settle: booking,
  'queue.delay': retrying,
  'queue.finish': booking,
  'queue.retry': failing,
  redrive: redriving,
  discard: discarding,
}

function booked(callbacks: readonly SampleCallback[]): Story[] {
  return callbacks.map(({ id }) => ({ id, ends: ['booked'] }))
}

function ids(callbacks: readonly SampleCallback[]): string[] {
  return callbacks.map(({ id }) => id)
}

function fileOf({ place }: Bundle): string {
  return join(tmpdir(), `ringback-${place.namespace}.jsonl`)
}

/** Three callbacks that Salesforce refuses. */
async function letDie(bundle: Bundle): Promise<void> {
  bundle.sandbox.setFaults([{ do: 'refuse' }])
  for (const callback of three) await sendRaw(bundle, callback)
  const worker = bundle.startWorker()
  await resultsOfAll(bundle, ids(three))
  await worker.stop()
  bundle.sandbox.setFaults([])
}

function runCommand(args: readonly string[], bundle: Bundle, settings: Settings): RingbackProcess {
  return spawnRingback(args, { ...storeSettings(bundle), ...settings })
}

function runAlone(args: readonly string[], bundle: Bundle, settings: Settings): RingbackProcess {
  const [what = '', ...rest] = args
  const program = [stepAlone, what, bundle.place.namespace, ...rest]
  return spawnNode(program, { ...storeSettings(bundle), ...settings })
}

function storeSettings({ redisUrl, place }: Bundle): Settings {
  return { RINGBACK_REDIS_URL: redisUrl, RINGBACK_NAMESPACE: place.namespace }
}
