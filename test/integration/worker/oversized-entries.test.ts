import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey, resultsKey } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { bridgeAlone } from '../../support/bridge-alone.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../../support/callbacks.ts'
import { submitRaw } from '../../../src/shared/store/inbox/submit.ts'
import { inboxCounts } from '../../support/inbox.ts'
import { onStep } from '../../support/on-step.ts'
import { setup, type Bundle } from '../../support/ringback.ts'

const most = 65_536
const kept = 16_384
const number = '+18445791189'

/** Names and values in turn. */
type Fields = readonly (string | Buffer)[]

async function send({ store }: Bundle, fields: Fields): Promise<string> {
  return (await store.redis.xadd(inboxKey(store.ref), '*', ...fields)) ?? ''
}

function manyFields(count: number, name = 'a', value = 'b'): Fields {
  return Array.from({ length: count }, () => [name, value]).flat()
}

const half = 'ä'.repeat(most / 2)
const random = Buffer.from(createHash('sha512').update('x').digest('hex').repeat(2_000), 'hex')

const oversized: readonly (readonly [string, Fields, Partial<Record<string, string | number>>])[] =
  [
    ['an intent', ['intent', `x${half}`], { content: `x${half}`, fields: 1 }],
    ['a name', ['x'.repeat(most + 1), ''], { content: 'x'.repeat(most + 1), fields: 1 }],
    ['fields that are too many', manyFields(129), { content: 'ab'.repeat(129), fields: 129 }],
    ['fields of nothing', manyFields(129, '', ''), { content: '', fields: 129 }],
    [
      'an intent and a note beside it',
      ['intent', '{}', 'note', 'n'.repeat(most)],
      { content: `intent{}note${'n'.repeat(most)}`, fields: 2 },
    ],
    ['intents', manyFields(200, 'intent', '{}'), { content: 'intent{}'.repeat(200), fields: 200 }],
  ]

describe.each(oversized)('an entry that is too large: %s', (_, fields, { content, fields: n }) => {
  it('becomes a dead letter that keeps its beginning, its length and its hash', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const entryId = await send(bundle, fields)
    bridgeAlone(bundle)
    const id = `inbox-${entryId}`
    const buried = await recorder.next('entry.buried')
    const bytes = fields.reduce((sum, each) => sum + Buffer.byteLength(each), 0)
    expect(buried).toMatchObject({ id, reason: 'invalid', code: 'entry-too-large' })
    expect(buried.message).toBe(
      `intent: the entry holds ${bytes} bytes in ${n} ${n === 1 ? 'field' : 'fields'}; 65536 bytes in 128 fields are the limit. Its beginning is kept`,
    )
    const sent = Buffer.from(String(content))
    const record = await readCallback(store, id)
    expect(record).toMatchObject({
      rawLength: sent.length,
      rawSha1: createHash('sha1').update(sent).digest('hex'),
    })
    const { raw = '', rawEncoding } = record ?? {}
    expect(rawEncoding).toBeUndefined()
    expect(sent.toString().startsWith(raw)).toBe(true)
    // A character that the cut would have halved is left out.
    expect(Buffer.byteLength(raw)).toBeGreaterThanOrEqual(Math.min(kept, sent.length) - 3)
    expect(Buffer.byteLength(raw)).toBeLessThanOrEqual(kept)
    expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
  })
})

it('keeps the beginning of what is not text in base64', async () => {
  const bundle = await setup()
  const entryId = await send(bundle, ['intent', random])
  bridgeAlone(bundle)
  await bundle.recorder.next('entry.buried')
  const record = await readCallback(bundle.store, `inbox-${entryId}`)
  expect(record?.rawEncoding).toBe('base64')
  expect(Buffer.from(record?.raw ?? '', 'base64')).toEqual(random.subarray(0, kept))
})

it.each([
  ['other fields of 40 KB', ['note', 'n'.repeat(40_000)]],
  ['127 other fields', manyFields(127)],
])('is as large as it may be, and its callback is taken in: %s', async (_, others) => {
  const bundle = await setup()
  await send(bundle, ['intent', JSON.stringify(sampleCallback('one')), ...others])
  bridgeAlone(bundle)
  expect(await bundle.recorder.next('callback.scheduled')).toMatchObject({ id: 'one' })
})

describe('more than is read of one reply', () => {
  const large = ['note', Buffer.alloc(1_000_000, 0x01)]

  it('holds up none of those it came with, all of which are dealt with once', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    const callbacks = sampleCallbacks(120)
    for (const [index, callback] of callbacks.entries()) {
      await sendRaw(bundle, callback)
      if (index % 10 === 5) await send(bundle, large)
    }
    bridgeAlone(bundle)
    const isThrough = () => recorder.of('callback.scheduled').length === callbacks.length
    await recorder.next('callback.scheduled', isThrough)
    await recorder.next('entry.buried', () => recorder.of('entry.buried').length === 12)
    expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
    expect(recorder.of('bridge.failed')).toEqual([])
  })

  it('is dealt with by the next bridge when one has died with it in its hands', async () => {
    const bundle = await setup()
    const { store, recorder } = bundle
    for (let n = 0; n < 6; n += 1) await send(bundle, large)
    await sendRaw(bundle, sampleCallback('one'))
    const first = bridgeAlone(bundle, { abandonedMs: 60_000, consumer: 'first' })
    await new Promise<void>((resolve) => onStep('inbox.reread', 'before', resolve))
    await first()
    const before = (await inboxCounts(store)).pending
    expect(before).toBeGreaterThan(0)
    bridgeAlone(bundle, { abandonedMs: 1, consumer: 'second' })
    await recorder.next('callback.scheduled')
    await recorder.next('entry.buried', () => recorder.of('entry.buried').length === 6)
    expect(await inboxCounts(store)).toEqual({ waiting: 0, pending: 0 })
  })
})

it('is buried alone that cannot be taken in, and holds up no other where it cannot be buried either', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  const { redis, ref } = store
  await redis.set(callbackKey(ref, 'stuck'), 'no ledger')
  const entryId = await send(bundle, ['intent', JSON.stringify(sampleCallback('stuck'))])
  await redis.set(resultsKey(ref), 'no stream')
  bridgeAlone(bundle)
  const own = (event: { entryId: string | undefined }) => event.entryId === entryId
  await recorder.next('bridge.failed', () => recorder.of('bridge.failed').filter(own).length > 5)
  await sendRaw(bundle, sampleCallback('other'))
  expect(await recorder.next('callback.scheduled')).toMatchObject({ id: 'other' })
  expect(recorder.of('bridge.failed').every(own)).toBe(true)

  await redis.del(resultsKey(ref))
  const buried = await recorder.next('entry.buried')
  expect(buried).toMatchObject({ id: `inbox-${entryId}`, code: 'unprocessable' })
})

it('says nothing of what it holds', async () => {
  const bundle = await setup()
  await send(bundle, ['intent', `${number} `.repeat(10_000)])
  bridgeAlone(bundle)
  await bundle.recorder.next('entry.buried')
  expect(JSON.stringify(bundle.recorder.all)).not.toContain(number.slice(1))
})

it('dies of its size where nobody serves its destination, too', async () => {
  const bundle = await setup()
  const { store, recorder, startWorker } = bundle
  const { redis, ref } = store
  const nowhere = { ...ref, destination: 'nowhere' }
  const nowhereStore = openStore(redis, nowhere)
  const fields = ['intent', Buffer.alloc(200_000, 0x61)]
  const entryId = (await redis.xadd(inboxKey(nowhere), '*', ...fields)) ?? ''
  startWorker()
  const id = `inbox-${entryId}`
  const buried = await recorder.next('entry.buried')
  expect(buried).toMatchObject({ id, destination: 'nowhere', code: 'entry-too-large' })
  expect(await readCallback(nowhereStore, id)).toMatchObject({ rawLength: 200_000 })
  expect(await redis.xlen(inboxKey(nowhere))).toBe(0)
})

const spaces = ' '.repeat(15_000)

it('lets others run between large entries, which take long to decode', async () => {
  const bundle = await setup()
  const { recorder } = bundle
  const callbacks = sampleCallbacks(20)
  for (const each of callbacks) await submitRaw(bundle.store, `${JSON.stringify(each)}${spaces}`)
  let turns = 0
  let isOver = false
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  const begun: number[] = []
  onStep('open', 'before', () => begun.push(turns))
  turn()
  // By this clock each of them takes long.
  let uptimeMs = 0
  bridgeAlone(bundle, { clock: { ...systemClock, monotonic: () => (uptimeMs += 20) } })
  await recorder.next('callback.scheduled', () => recorder.of('callback.scheduled').length === 20)
  isOver = true
  expect(begun.length).toBeGreaterThanOrEqual(5)
  expect(new Set(begun).size).toBe(begun.length)
})
