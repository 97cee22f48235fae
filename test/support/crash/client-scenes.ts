/** A producer or a command dies while it does what somebody asked for. The same person then asks again. */
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

import {
  countDeadLetters,
  discardDeadLetter,
  redriveDeadLetter,
} from '../../../src/shared/store/dead-letters/dead-letters.ts'
import { bridgeGroup, ensureInboxGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { controlKey, inboxKey, resultsKey } from '../../../src/shared/redis/keys.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { readStreamPosition } from '../../../src/shared/store/streams/stream-position.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { runCommand as runHere } from '../../integration/ops/support/cli.ts'
import { environmentOf } from '../../integration/ops/support/environment.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../callbacks.ts'
import { dump } from '../dump.ts'
import type { Bundle } from '../ringback.ts'
import { resultsOfAll } from '../results.ts'
import { scheduled } from '../scheduled.ts'
import { booked, dead, idsOf, runAlone, runCommand, type Scene } from './scene.ts'
import { letDie } from './worker-scenes.ts'

const one = sampleCallback('one')
const three = sampleCallbacks(3)
const lines = sampleCallbacks(80)

export const importing: Scene = {
  name: 'a file is being imported',
  under: ['retry'],
  start: (bundle, settings) => runCommand(['import', fileOf(bundle)], bundle, settings),
  prepare: async (bundle) => {
    const file = fileOf(bundle)
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'))
    onTestFinished(() => rm(file))
    return booked(...lines)
  },
  recover: async ({ producer }) => {
    for await (const { kind } of producer.enqueueMany(lines)) expect(kind).not.toBe('refused')
  },
}

/** As a producer in another language does when it does not know whether it was heard: it repeats itself. */
export const adding: Scene = {
  name: 'an entry is put into the inbox',
  under: ['retry'],
  start: (bundle, settings) => runAlone(['submit', JSON.stringify(one)], bundle, settings),
  prepare: () => Promise.resolve(booked(one)),
  recover: (bundle) => sendRaw(bundle, one),
}

export const forgetting: Scene = {
  name: 'a bridge of long ago is forgotten',
  under: ['retry'],
  start: (bundle, settings) => runAlone(['forget'], bundle, settings),
  prepare: async (bundle) => {
    const { store } = bundle
    await ensureInboxGroup(store)
    await store.redis.xgroup('CREATECONSUMER', inboxKey(store.ref), bridgeGroup, 'long-gone')
    await sendRaw(bundle, one)
    return booked(one)
  },
}

export const redriving: Scene = {
  name: 'dead letters are redriven',
  under: ['retry'],
  start: (bundle, settings) =>
    runCommand(['dead-letters', 'redrive', ...idsOf(three)], bundle, settings),
  prepare: async (bundle) => {
    await letDie(bundle)
    const again = idsOf(three).map((id) => ({ id, ends: ['dead', 'booked'], bookings: 1 }) as const)
    return [...again, ...dead(one.id)]
  },
  recover: ({ store }) => {
    const nowMs = systemClock.now()
    return Promise.all(
      idsOf(three).map((id) => redriveDeadLetter(store, { id, nowMs, retentionMs: 60_000 })),
    )
  },
}

export const discarding: Scene = {
  name: 'dead letters are discarded',
  under: ['retry'],
  start: (bundle, settings) =>
    runCommand(['dead-letters', 'discard', ...idsOf(three)], bundle, settings),
  prepare: async (bundle) => {
    await letDie(bundle)
    return dead(one.id, ...idsOf(three))
  },
  recover: async ({ store }) => {
    const decision = { nowMs: systemClock.now(), retentionMs: 60_000 }
    for (const id of idsOf(three)) await discardDeadLetter(store, { id, ...decision })
  },
  check: async ({ store }) => expect(await countDeadLetters(store)).toBe(1),
}

const cancel = ['cancel', one.id, '--reason', 'reached by mail']

export const cancelling: Scene = {
  name: 'a callback is cancelled',
  under: ['retry'],
  start: (bundle, settings) => runCommand(cancel, bundle, settings),
  prepare: async ({ store }) => {
    await scheduled({ store, intent: JSON.stringify(one), delayMs: 3_600_000 })
    return [{ id: one.id, ends: ['cancelled'], bookings: 0 }]
  },
  recover: async ({ redisUrl, store }) => {
    const env = environmentOf(redisUrl, store.ref.namespace)
    expect(await runHere({ env }, ...cancel)).toMatchObject({ status: 0 })
  },
}

/** The same reader goes on, or another one of its group. */
export const consuming: Scene = {
  name: 'a consumer of the library is given a result',
  under: ['retry'],
  start: (bundle, settings) => runAlone(['consume'], bundle, settings),
  prepare: async (bundle) => {
    await sendRaw(bundle, one)
    const worker = bundle.startWorker()
    await resultsOfAll(bundle, [one.id])
    await worker.stop()
    return booked(one)
  },
  recover: async ({ producer, store }) => {
    const { redis, ref } = store
    const reader = { group: 'crm', consumer: 'second', takeOverMs: 0 }
    const isRead = async () => {
      const groups = await redis.xinfo('GROUPS', resultsKey(ref))
      const [group] = Array.isArray(groups) ? groups.map(String) : []
      return group?.includes(',pending,0,') === true && !group.includes('last-delivered-id,0-0')
    }
    if (await isRead()) return
    for await (const result of producer.results(reader)) {
      expect(result).toMatchObject({ id: one.id, state: 'booked' })
      await result.acknowledge()
      break
    }
    expect(await isRead()).toBe(true)
  },
}

const reschedule = ['reschedule', one.id, '--now']

/** It was to be sent in the year 2286. */
export const rescheduling: Scene = {
  name: 'a callback is moved to an earlier time',
  under: ['retry'],
  start: (bundle, settings) => runCommand(reschedule, bundle, settings),
  prepare: async ({ store }) => {
    await scheduled({
      store,
      intent: JSON.stringify(one),
      fields: { dueAt: inTheYear2286 },
      delayMs: 8_000_000_000_000,
    })
    return booked(one)
  },
  recover: async (bundle) =>
    expect(await askAgain(bundle, reschedule)).toMatchObject({ status: 0 }),
}

const pauseForAWhile = ['pause', '--reason', 'maintenance']

export const pausing: Scene = {
  name: 'a destination is paused',
  under: ['retry'],
  start: (bundle, settings) => runCommand(pauseForAWhile, bundle, settings),
  prepare: async (bundle) => {
    await sendRaw(bundle, one)
    return booked(one)
  },
  recover: async (bundle) => {
    expect(await askAgain(bundle, pauseForAWhile)).toMatchObject({ status: 0 })
    expect(await askAgain(bundle, ['resume'])).toMatchObject({ status: 0 })
  },
}

export const resuming: Scene = {
  name: 'a destination is resumed',
  under: ['retry'],
  start: (bundle, settings) => runCommand(['resume'], bundle, settings),
  prepare: async (bundle) => {
    const { store } = bundle
    await sendRaw(bundle, one)
    await pause(store, { what: 'dispatch', by: 'ops', why: undefined, forMs: undefined })
    return booked(one)
  },
  recover: async (bundle) =>
    expect(await askAgain(bundle, ['resume'])).toMatchObject({ status: 0 }),
}

const setRate = ['rate', '50/s']

export const settingRate: Scene = {
  name: 'the rate of a destination is set',
  under: ['retry'],
  start: (bundle, settings) => runCommand(setRate, bundle, settings),
  prepare: async (bundle) => {
    await sendRaw(bundle, one)
    return booked(one)
  },
  recover: async (bundle) => expect(await askAgain(bundle, setRate)).toMatchObject({ status: 0 }),
  check: async ({ store }) =>
    expect(await store.redis.hget(controlKey(store.ref), 'rate')).toBe('50'),
}

function askAgain({ redisUrl, store }: Bundle, args: readonly string[]) {
  return runHere({ env: environmentOf(redisUrl, store.ref.namespace) }, ...args)
}

const later = sampleCallback('later')
const inTheYear2286 = '2286-11-20T17:46:39.999Z'

/** From an older version: one waits for the year 2286, and one is in an inbox whose ids have reached that year. */
export const repairing: Scene = {
  name: 'ids and times that are ahead of the clock are repaired',
  under: ['retry'],
  isForReconciler: true,
  start: (bundle, settings) => runCommand(['repair', '--yes'], bundle, settings),
  prepare: async ({ store }) => {
    const at = inTheYear2286
    await scheduled({
      store,
      intent: JSON.stringify(one),
      fields: { acceptedAt: at, dueAt: at, updatedAt: at },
      delayMs: 8_000_000_000_000,
    })
    await ensureInboxGroup(store)
    await store.redis.xadd(inboxKey(store.ref), '9999999999999-0', 'intent', JSON.stringify(later))
    return booked(one, later)
  },
  recover: async ({ redisUrl, store }) => {
    const env = environmentOf(redisUrl, store.ref.namespace)
    expect(await runHere({ env }, 'repair', '--yes')).toMatchObject({ status: 0 })
  },
  check: async ({ store }) => {
    const position = await readStreamPosition(store, { key: inboxKey(store.ref) })
    expect(position).toMatchObject({ aheadMs: 0, entries: 0 })
  },
}

const erase = ['erase', '--number', one.callbackNumber, '--yes']
const digits = one.callbackNumber.slice(2)

export const erasing: Scene = {
  name: 'a customer’s number is erased',
  under: ['retry'],
  start: (bundle, settings) => runCommand(erase, bundle, settings),
  prepare: async (bundle) => {
    const { store } = bundle
    const named = { ...sampleCallback('named'), id: `tel-${one.callbackNumber.slice(1)}` }
    await sendRaw(bundle, named)
    const worker = bundle.startWorker()
    await resultsOfAll(bundle, [named.id])
    await worker.stop()
    await scheduled({ store, intent: JSON.stringify(one) })
    await sendRaw(bundle, sampleCallback('sent'))
    const withdrawn = [one.id, 'sent'].map(
      (id) => ({ id, ends: ['cancelled'], bookings: 0 }) as const,
    )
    return [...withdrawn, { id: named.id, ends: [], bookings: 0 }]
  },
  recover: async ({ redisUrl, store }) => {
    const env = environmentOf(redisUrl, store.ref.namespace)
    expect(await runHere({ env }, ...erase)).toMatchObject({ status: 0 })
  },
  check: async ({ store, sandbox }) => {
    expect(JSON.stringify(await dump(store.redis, store.ref.namespace))).not.toContain(digits)
    expect(sandbox.counts().booked).toBe(1)
  },
}

function fileOf({ store }: Bundle): string {
  return join(tmpdir(), `ringback-${store.ref.namespace}.jsonl`)
}
