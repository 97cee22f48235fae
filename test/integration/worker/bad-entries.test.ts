import { isUtf8 } from 'node:buffer'

import { expect, it } from 'vitest'
import { z } from 'zod'

import { redriveDeadLetter } from '../../../src/shared/store/dead-letters/dead-letters.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey, deadLettersKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { epochMsOf } from '../../../src/shared/time/timestamp.ts'
import { inboxCounts, xadd } from '../../support/inbox.ts'
import { setup } from '../../support/ringback.ts'

const callbackNumber = '+18445791189'
const good = { id: 'good', callId: 'good', callbackNumber }
const past = '2020-01-01T00:00:00Z'
const tooFar = '2199-01-01T00:00:00Z'
const e164 = 'write E.164: a + followed by 7 to 15 digits and nothing else'

const unreadable: [string, string | Buffer, string][] = [
  ['text that is not JSON', 'call me back', 'intent: is not JSON'],
  ['JSON that is not an object', '["callId"]', 'intent: must be a JSON object'],
  ['nothing', '', 'intent: is not JSON'],
  ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x00]), 'intent: is not valid UTF-8'],
  [
    '64 KB, with its name as much as an entry may hold,',
    Buffer.alloc(65_530, 0x61),
    'intent: is 65530 bytes long; the limit is 16384',
  ],
  [
    'an id with a colon',
    JSON.stringify({ ...good, id: 'a:b' }),
    'id: must be 1 to 128 characters of A-Z a-z 0-9 . _ - and not inbox-<digits>-<digits>',
  ],
]

it.each(unreadable)(
  'makes of %s a dead letter that says so and keeps every byte, and goes on',
  async (_, content, message) => {
    const { store, sandbox, producer, recorder, startWorker } = await setup()
    const entryId = await xadd(store, content)
    await xadd(store, good)
    startWorker()
    await sandbox.booked('good')

    const id = `inbox-${entryId}`
    await recorder.next('entry.buried', (event) => event.id === id)
    expect(await producer.status(id)).toMatchObject({
      state: 'dead',
      reason: 'invalid',
      code: 'invalid-intent',
      message,
      attempts: 0,
      intent: undefined,
    })
    // Text, for clients that can read nothing else; what is none says how it is written.
    const { raw = '', rawEncoding } = await store.redis.hgetall(callbackKey(store.ref, id))
    expect(rawEncoding).toBe(isUtf8(Buffer.from(content)) ? undefined : 'base64')
    const bytes = Buffer.from(raw, rawEncoding === 'base64' ? 'base64' : 'utf8')
    expect(bytes.equals(Buffer.from(content))).toBe(true)
    await recorder.next('callback.scheduled')
    expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
  },
)

it.each([
  [{ unknown: 1 }, 'unknown: is not a field of an intent'],
  [{ callId: undefined }, 'callId: is required'],
  [{ callId: 7 }, 'callId: must be a string: 1 to 255 visible characters'],
  [{ callbackNumber: '18445791189' }, `callbackNumber: has no + before its country code; ${e164}`],
  [
    { callId: 'v2\u200b' },
    'callId: has an invisible character, U+200B (a zero-width space); remove it',
  ],
  [{ delay: 1, notBefore: past }, 'delay: cannot be given together with notBefore'],
  [
    { notBefore: '2026-03-29T02:30', timeZone: 'Europe/Vienna' },
    'notBefore: does not exist in this timeZone: the clocks skip it',
  ],
  [{ notBefore: tooFar }, 'notBefore: must be at most 366 days ahead'],
  [
    { priority: 11, v: 2 },
    'v: must be 1, the only version there is; priority: must be a whole number from 0 (first) to 9',
  ],
])('makes of %j a dead letter under its own id that names the field', async (fields, message) => {
  const { store, producer, recorder, startWorker } = await setup()
  startWorker()
  const content = JSON.stringify({ ...good, id: 'bad', ...fields })
  await xadd(store, content)
  await recorder.next('entry.buried')
  expect(await producer.status('bad')).toMatchObject({
    state: 'dead',
    reason: 'invalid',
    code: 'invalid-intent',
    message,
    raw: content,
  })
})

it('makes of an intent that has expired a dead letter of that reason', async () => {
  const { store, producer, sandbox, recorder, startWorker } = await setup()
  startWorker()
  await xadd(store, { ...good, expiresAt: past })
  const buried = await recorder.next('entry.buried')
  expect(buried).toMatchObject({ id: 'good', reason: 'expired', code: 'expires-before-due' })
  expect((await producer.status('good'))?.message).toMatch(/^expiresAt: is not after 20\S+Z/)
  expect(sandbox.counts().requests).toBe(0)
})

it('makes of an entry without the field intent a dead letter that keeps all its fields', async () => {
  const { store, producer, recorder, startWorker } = await setup()
  startWorker()
  const entryId = await store.redis.xadd(inboxKey(store.ref), '*', 'callId', 'c', 'number', '1')
  await recorder.next('entry.buried')
  expect(await producer.status(`inbox-${entryId ?? ''}`)).toMatchObject({
    state: 'dead',
    reason: 'invalid',
    code: 'no-intent-field',
    message: 'intent: the entry has no field of this name',
    raw: '["callId","c","number","1"]',
  })
})

it('makes of an entry with the field intent twice a dead letter that keeps both', async () => {
  const { store, sandbox, producer, recorder, startWorker } = await setup()
  startWorker()
  const [one, other] = [good, { ...good, callbackNumber: '+18445791180' }].map((intent) =>
    JSON.stringify(intent),
  )
  const fields = ['intent', one ?? '', 'note', 'x', 'intent', other ?? '']
  const entryId = await store.redis.xadd(inboxKey(store.ref), '*', ...fields)
  await recorder.next('entry.buried')
  const id = `inbox-${entryId ?? ''}`
  expect(await producer.status(id)).toMatchObject({
    state: 'dead',
    reason: 'invalid',
    code: 'repeated-intent-field',
    message: 'intent: the entry has 2 fields of this name; nobody can tell which one is meant',
    raw: JSON.stringify(fields),
  })
  expect(await redriveDeadLetter(store, { id, nowMs: Date.now(), retentionMs: 60_000 })).toBe(
    'nothing-to-send',
  )
  expect(sandbox.counts().requests).toBe(0)
})

it('makes of an intent that gives its number twice a dead letter that keeps both', async () => {
  const { store, sandbox, producer, recorder, startWorker } = await setup()
  startWorker()
  const content = `{"id":"dup","callId":"dup","callbackNumber":"${callbackNumber}","callbackNumber":"+18445791180"}`
  await xadd(store, content)
  await recorder.next('entry.buried')
  expect(await producer.status('dup')).toMatchObject({
    state: 'dead',
    code: 'invalid-intent',
    raw: content,
    message: 'callbackNumber: is given more than once; it is not clear which one is meant',
  })
  expect(sandbox.counts().requests).toBe(0)
})

it.each([
  '',
  `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`,
  'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
])(
  'books a callback whose traceparent is %j, without it, and says so for debugging',
  async (traceparent) => {
    const { store, sandbox, recorder, startWorker } = await setup()
    startWorker()
    const entryId = await xadd(store, { ...good, traceparent })
    await sandbox.booked('good')
    expect(recorder.of('traceparent.ignored')).toEqual([
      { event: 'traceparent.ignored', destination: 'default', id: 'good', entryId },
    ])
    expect(sandbox.requests()[0]?.headers).not.toHaveProperty('traceparent')
    expect(recorder.of('entry.buried')).toEqual([])
  },
)

it('publishes every dead letter in the results and the list, and never the number', async () => {
  const { store, recorder, startWorker } = await setup()
  const { redis, ref } = store
  startWorker()
  await xadd(store, { ...good, id: 'bad', callbackNumber: `${callbackNumber}x` })
  await recorder.next('entry.buried')
  const [result] = await redis.xrange(`{${ref.namespace}:default}:results`, '-', '+')
  const fields = result?.[1] ?? []
  const told = fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1]]] : []))
  const { at, ...rest } = z.record(z.string(), z.string()).parse(Object.fromEntries(told))
  expect(rest).toEqual({
    id: 'bad',
    state: 'dead',
    reason: 'invalid',
    code: 'invalid-intent',
    attempts: '0',
    callId: 'good',
  })
  expect(Math.abs(epochMsOf(at ?? '') - systemClock.now())).toBeLessThan(60_000)
  expect(await redis.zrange(`{${ref.namespace}:default}:dead-letters`, '0', '-1')).toEqual(['bad'])
  expect(JSON.stringify(recorder.all)).not.toContain(callbackNumber.slice(1))
})

it('makes of the same id with other content a dead letter of its own and leaves the first alone', async () => {
  const { store, sandbox, producer, recorder, startWorker } = await setup()
  startWorker()
  await xadd(store, good)
  await sandbox.booked('good')
  await recorder.next('attempt.settled')
  const entryId = await xadd(store, { ...good, callId: 'other' })
  const buried = await recorder.next('entry.buried')
  expect(buried).toMatchObject({ id: `inbox-${entryId}`, reason: 'invalid', code: 'id-conflict' })
  expect(await producer.status('good')).toMatchObject({
    state: 'booked',
    intent: { callId: 'good' },
  })
  expect(sandbox.bookingsOf('other')).toEqual([])
})

it('takes the same id with the same content for a duplicate, however it is written', async () => {
  const { store, sandbox, recorder, startWorker } = await setup()
  await xadd(store, { ...good, notBefore: '2020-01-01T01:00:00+01:00', priority: 5 })
  await xadd(store, { notBefore: past, callbackNumber, callId: 'good', id: 'good' })
  startWorker()
  await recorder.next('entry.duplicate')
  await recorder.next('attempt.settled')
  await xadd(store, { ...good, notBefore: past })
  await recorder.next('entry.duplicate', () => recorder.of('entry.duplicate').length === 2)
  expect(recorder.of('entry.buried')).toEqual([])
  expect(sandbox.bookingsOf('good')).toHaveLength(1)
})

it('makes of entries for a destination that nobody serves dead letters of that destination', async () => {
  const { store, recorder, startWorker } = await setup()
  const { redis, ref } = store
  const typo = { ...ref, destination: 'defualt' }
  const typoStore = openStore(redis, typo)
  const served = { ...ref, destination: 'elsewhere' }
  const servedStore = openStore(redis, served)
  await redis.xgroup('CREATE', inboxKey(served), 'bridge', '0', 'MKSTREAM')
  await xadd(servedStore, good)
  await xadd(typoStore, good)
  startWorker()
  const buried = await recorder.next('entry.buried')
  expect(buried).toMatchObject({
    destination: 'defualt',
    id: 'good',
    code: 'unknown-destination',
    message: `destination: no worker ever served ${inboxKey(typo)}; this one serves default`,
  })
  await recorder.next('inbox.stray')
  expect(await redis.zrange(`{${ref.namespace}:defualt}:dead-letters`, '0', '-1')).toEqual([
    buried.id,
  ])
  expect(await redis.hget(callbackKey(typo, buried.id), 'raw')).toBe(JSON.stringify(good))
  expect(await redis.xlen(inboxKey(typo))).toBe(0)
  expect(await redis.xlen(inboxKey(served)), 'an inbox that another worker serves').toBe(1)
})

it('gives up an entry that our own code or Redis stumbles over, and lets the others pass meanwhile', async () => {
  const { store, sandbox, recorder, startWorker } = await setup()
  await store.redis.set(callbackKey(store.ref, 'poison'), 'a string where a hash should be')
  const entryId = await xadd(store, { ...good, id: 'poison' })
  startWorker()
  await recorder.next('bridge.failed', (event) => event.entryId === entryId)
  await xadd(store, good)
  await sandbox.booked('good')
  expect(recorder.of('entry.buried')).toEqual([])
  const buried = await recorder.next('entry.buried')
  expect(buried).toMatchObject({ id: `inbox-${entryId}`, reason: 'invalid', code: 'unprocessable' })
  expect(recorder.of('bridge.failed')).toHaveLength(5)
})

it('keeps the trail of a letter that is redriven: it lies under the same id again, or says what it became', async () => {
  const { store, producer, recorder, startWorker } = await setup()
  const { redis, ref } = store
  startWorker()
  await xadd(store, { ...good, id: 'taken', delay: 3_600_000 })
  const other = JSON.stringify({ ...good, id: 'taken', callId: 'other' })
  const entryId = await xadd(store, other)
  const letter = `inbox-${entryId}`
  await recorder.next('entry.buried', ({ id }) => id === letter)
  expect(await producer.status(letter)).toMatchObject({ submittedId: 'taken', generation: 1 })
  const wish = () => ({ id: letter, nowMs: systemClock.now(), retentionMs: 60_000 })

  // Its id is still taken.
  expect(await redriveDeadLetter(store, wish())).toBe('redriven')
  await recorder.next('entry.buried', (event) => event.id === letter && event.entryId !== entryId)
  const again = await producer.status(letter)
  expect(again).toMatchObject({ state: 'dead', submittedId: 'taken', generation: 2 })
  expect(again?.redrivenAt).toBeDefined()

  // Now it is free.
  await redis.del(callbackKey(ref, 'taken'))
  expect(await redriveDeadLetter(store, wish())).toBe('redriven')
  await recorder.next('attempt.settled', ({ id, state }) => id === 'taken' && state === 'booked')
  expect(await producer.status('taken')).toMatchObject({ state: 'booked', redriveOf: letter })
  const past = await producer.status(letter)
  expect(past).toMatchObject({ state: 'dead', raw: other, submittedId: 'taken' })
  expect(past?.state === 'dead' && past.redrivenAs).toMatch(/^\d+-\d+$/)
  expect(await redis.zrange(deadLettersKey(ref), '0', '-1')).toEqual([])
})
