import { expect, it } from 'vitest'

import { createProducer } from '../../../src/producer/index.ts'
import { callbackKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { redrive } from '../../../src/shared/store/dead-letters/redrive.ts'
import { readPublicKeys } from '../../../src/shared/store/public-keys/public-keys.ts'
import { sealingAlgorithms } from '../../../src/shared/phone/sealed-number.ts'
import { makeSealKeys } from '../../../src/shared/sealing/make-keys.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../../support/callbacks.ts'
import { xadd } from '../../support/inbox.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { giveSealKeys, sealTo } from '../../support/sealing.ts'

const one = sampleCallback('one')
const number = one.callbackNumber

it.each(sealingAlgorithms)(
  'books what was sealed with %s, and keeps no digit of it',
  async (alg) => {
    const bundle = await setup()
    const { seal } = await giveSealKeys(bundle)
    await sendRaw(bundle, { ...one, callbackNumber: await seal(number, alg) })
    bundle.startWorker()
    await resultsOfAll(bundle, ['one'])
    expect(bundle.sandbox.bookingsOf('one')).toMatchObject([{ callbackNumber: number }])
    expect(JSON.stringify(await ledgerOf(bundle))).not.toContain(number.slice(4))
  },
)

it('publishes the public halves of the keys, and nothing of the private ones', async () => {
  const bundle = await setup()
  const { keys } = await giveSealKeys(bundle)
  bundle.startWorker()
  await published(bundle)
  const { keys: known, required } = await readPublicKeys(bundle.store)
  expect(required).toBe(false)
  expect(known.map(({ kid, alg, use }) => ({ kid, alg, use }))).toEqual(
    keys.map(({ kid, alg }) => ({ kid, alg, use: 'enc' })),
  )
  expect(known.flatMap(Object.keys).filter((name) => ['d', 'p', 'q', 'dp'].includes(name))).toEqual(
    [],
  )
})

it('seals to the new key as soon as it is published, and unseals what was sealed to the old one', async () => {
  const bundle = await setup()
  const { keys, seal, replace } = await giveSealKeys(bundle)
  bundle.startWorker()
  await published(bundle)
  const old = await seal(number)
  const next = await makeSealKeys(Date.now())
  replace([...keys, ...next])
  const kids = next.map(({ kid }) => kid)
  await expect
    .poll(async () => (await readPublicKeys(bundle.store)).keys.map(({ kid }) => kid))
    .toEqual(kids)
  const producer = sealing(bundle)
  await producer.enqueue(sampleCallback('new'))
  await xadd(bundle.store, { ...sampleCallback('old'), callbackNumber: old })
  await resultsOfAll(bundle, ['new', 'old'])
  for (const id of ['new', 'old']) {
    expect(bundle.sandbox.bookingsOf(id)).toMatchObject([{ callbackNumber: number }])
  }
  await producer.close()
})

it('goes on by the keys it has, and says so, where the file can no longer be read', async () => {
  const bundle = await setup()
  const { seal, replace, keys } = await giveSealKeys(bundle)
  bundle.startWorker()
  replace([...keys, ...keys])
  await bundle.recorder.next('maintenance.failed', ({ part }) => part === 'seal-keys')
  await sendRaw(bundle, { ...one, callbackNumber: await seal(number) })
  await resultsOfAll(bundle, ['one'])
  expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
})

it('buries what was sealed to a key that it does not have, and books it by redrive once it has it', async () => {
  const bundle = await setup()
  const { keys, replace } = await giveSealKeys(bundle)
  const other = await makeSealKeys(0)
  await sendRaw(bundle, { ...one, callbackNumber: await sealTo(other, number) })
  bundle.startWorker()
  const [buried] = await resultsOfAll(bundle, ['one'])
  expect(buried).toMatchObject({ state: 'dead', reason: 'invalid', code: 'unknown-seal-key' })
  const letter = await bundle.producer.status('one')
  expect(letter).toMatchObject({ message: expect.stringContaining(other[1]?.kid ?? '') as string })
  replace([...keys, ...other])
  await redriven(bundle, 'one')
  expect(bundle.sandbox.bookingsOf('one')).toMatchObject([{ callbackNumber: number }])
})

it('buries what was damaged, compressed, or sealed in any other way, and says which', async () => {
  const bundle = await setup()
  const { seal } = await giveSealKeys(bundle)
  const good = await seal(number)
  const [, ...rest] = good.split('.')
  const withHeader = (header: object) =>
    [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
  const header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'any' }
  const bad = {
    damaged: `${good.slice(0, -4)}AAAA`,
    zipped: withHeader({ ...header, zip: 'DEF' }),
    weak: withHeader({ ...header, alg: 'RSA1_5' }),
    'other-enc': withHeader({ ...header, enc: 'A128CBC-HS256' }),
    nameless: withHeader({ ...header, kid: undefined }),
    huge: `${good}${'A'.repeat(3_000)}`,
    'no-number': await seal('0664 1234567'),
  }
  for (const [id, callbackNumber] of Object.entries(bad)) {
    await sendRaw(bundle, { ...sampleCallback(id), callbackNumber })
  }
  bundle.startWorker()
  const results = await resultsOfAll(bundle, Object.keys(bad))
  const codes = Object.fromEntries(results.map(({ id, code }) => [id, code]))
  const invalid = 'invalid-intent'
  expect(codes).toEqual({
    damaged: 'broken-seal',
    zipped: invalid,
    weak: invalid,
    'other-enc': invalid,
    nameless: invalid,
    huge: invalid,
    'no-number': invalid,
  })
  const messages = await Promise.all(
    Object.keys(bad).map(async (id) => String((await bundle.producer.status(id))?.message)),
  )
  expect(messages).toEqual([
    expect.stringContaining('cannot be unsealed'),
    expect.stringContaining('zip'),
    expect.stringContaining('RSA1_5'),
    expect.stringContaining('A128CBC-HS256'),
    expect.stringContaining('kid'),
    expect.stringContaining('the limit of a sealed number is 2048'),
    expect.stringContaining('what was sealed is no number'),
  ])
  expect(messages.join()).not.toContain('664')
})

it('takes the same intent, sealed twice, for a duplicate, and another number for a conflict', async () => {
  const bundle = await setup()
  await giveSealKeys(bundle)
  bundle.startWorker()
  await published(bundle)
  const producer = sealing(bundle)
  expect(await producer.enqueue(one)).toMatchObject({ kind: 'accepted' })
  await resultsOfAll(bundle, ['one'])
  expect(await producer.enqueue(one)).toMatchObject({ kind: 'duplicate', state: 'booked' })
  await bundle.recorder.next('entry.duplicate', ({ id }) => id === 'one')
  await xadd(bundle.store, one)
  await expect.poll(() => bundle.recorder.of('entry.duplicate').length).toBe(2)
  await producer.enqueue({ ...one, callbackNumber: '+431234567890' })
  const { code } = await bundle.recorder.next('entry.buried')
  expect(code).toBe('id-conflict')
  expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
  await producer.close()
})

it('tells duplicates when the key of the first one is gone', async () => {
  const bundle = await setup()
  const { seal, replace } = await giveSealKeys(bundle)
  const worker = bundle.startWorker()
  await sendRaw(bundle, { ...one, callbackNumber: await seal(number) })
  await resultsOfAll(bundle, ['one'])
  await worker.stop()
  const next = await makeSealKeys(0)
  replace(next)
  bundle.startWorker()
  await sendRaw(bundle, { ...one, callbackNumber: await sealTo(next, number) })
  await bundle.recorder.next('entry.duplicate', ({ id }) => id === 'one')
})

it('finds, cancels and reschedules by a number that is sealed', async () => {
  const bundle = await setup()
  await giveSealKeys(bundle)
  bundle.startWorker()
  await published(bundle)
  const producer = sealing(bundle)
  for (const each of sampleCallbacks(2)) await producer.enqueue({ ...each, delay: '1h' })
  await producer.enqueue({ ...one, callbackNumber: '+431234567890', delay: '1h' })
  const numberKey = bundle.config.numberKey ?? ''
  for (const id of ['cb-1', 'cb-2', 'one']) {
    await bundle.recorder.next('callback.scheduled', (event) => event.id === id)
  }
  const found = await producer.find({ callbackNumber: number }, { numberKey })
  expect(found.map(({ id }) => id).toSorted()).toEqual(['cb-1', 'cb-2'])
  const [moved] = await producer.reschedule({ callbackNumber: '+431234567890' }, { delay: '2h' })
  expect(moved).toMatchObject({ id: 'one', outcome: 'moved' })
  const cancelled = await producer.cancel({ callbackNumber: number })
  expect(cancelled.map(({ id }) => id).toSorted()).toEqual(['cb-1', 'cb-2'])
  await producer.close()
})

it('finds sealed numbers by a new number key as well, once the walk has met them', async () => {
  const bundle = await setup()
  const { seal } = await giveSealKeys(bundle)
  const worker = bundle.startWorker()
  await xadd(bundle.store, { ...one, callbackNumber: await seal(number), delay: 600_000 })
  await bundle.recorder.next('callback.scheduled')
  await worker.stop()
  const numberKey = 'another-number-key-of-tests-as-long-as-that'
  Object.assign(bundle.config, { numberKey })
  bundle.startWorker()
  const find = () => bundle.producer.find({ callbackNumber: number }, { numberKey })
  const patience = { timeout: 20_000 }
  await expect.poll(() => find().catch(() => []), patience).toMatchObject([{ id: 'one' }])
})

it('calls nobody by a number that was sealed for another intent, nor cancels by it', async () => {
  const bundle = await setup()
  const { seal, sealFor } = await giveSealKeys(bundle)
  const copied = await sealFor('one', number)
  await sendRaw(bundle, { ...one, callbackNumber: copied })
  await sendRaw(bundle, { ...sampleCallback('thief'), callbackNumber: copied })
  await sendRaw(bundle, { ...sampleCallback('any'), callbackNumber: await seal(number) })
  const wish = JSON.stringify({ callbackNumber: copied })
  bundle.startWorker()
  const results = await resultsOfAll(bundle, ['one', 'thief', 'any'])
  expect(results.map(({ id, state, code }) => [id, state, code]).toSorted()).toEqual([
    ['any', 'booked', undefined],
    ['one', 'booked', undefined],
    ['thief', 'dead', 'seal-of-another'],
  ])
  const { redis, ref } = bundle.store
  await redis.xadd(inboxKey(ref), '*', 'cancel', wish)
  const buried = await bundle.recorder.next('entry.buried', ({ id }) => id !== 'thief')
  expect(buried.code).toBe('seal-of-another')
  expect(bundle.sandbox.bookings()).toHaveLength(2)
})

it('takes, where binding is demanded, what the library seals, and nothing that was sealed for no id', async () => {
  const bundle = await setup()
  const { seal } = await giveSealKeys(bundle, { bound: true })
  bundle.startWorker()
  await expect.poll(async () => (await readPublicKeys(bundle.store)).bound).toBe(true)
  const producer = sealing(bundle)
  await producer.enqueue(one)
  await sendRaw(bundle, { ...sampleCallback('any'), callbackNumber: await seal(number) })
  const results = await resultsOfAll(bundle, ['one', 'any'])
  expect(results.map(({ id, state, code }) => [id, state, code]).toSorted()).toEqual([
    ['any', 'dead', 'binding-required'],
    ['one', 'booked', undefined],
  ])
  // Of a cancel nobody could say for which intent it was sealed.
  expect(await producer.cancel({ callbackNumber: number })).toMatchObject([
    { id: 'one', outcome: 'booked' },
  ])
  await producer.close()
})

it('refuses a number in the clear where sealing is demanded: in the library, and in the inbox', async () => {
  const bundle = await setup()
  const { seal } = await giveSealKeys(bundle, { required: true })
  bundle.startWorker()
  await published(bundle)
  await expect(bundle.producer.enqueue(one)).rejects.toMatchObject({ code: 'sealing-required' })
  await xadd(bundle.store, one)
  const buried = await bundle.recorder.next('entry.buried', ({ id }) => id === 'one')
  expect(buried).toMatchObject({ reason: 'invalid', code: 'sealing-required' })
  const sealed = { ...sampleCallback('two'), callbackNumber: await seal(number) }
  expect(await bundle.producer.enqueue(sealed)).toMatchObject({ kind: 'accepted' })
  await expect(bundle.producer.cancel({ callbackNumber: number })).rejects.toMatchObject({
    code: 'sealing-required',
  })
  await resultsOfAll(bundle, ['two'])
})

it('seals nothing without an id, from which nobody could guess the number, and nothing without a key', async () => {
  const bundle = await setup()
  const { seal } = await giveSealKeys(bundle)
  const producer = sealing(bundle)
  await expect(producer.enqueue(one)).rejects.toMatchObject({ code: 'no-public-key' })
  await producer.close()
  bundle.startWorker()
  await published(bundle)
  const later = sealing(bundle)
  const { id: _, ...withoutId } = one
  for (const callbackNumber of [number, await seal(number)]) {
    await expect(later.enqueue({ ...withoutId, callbackNumber })).rejects.toMatchObject({
      code: 'invalid-intent',
      problems: [{ field: 'id' }],
    })
  }
  await later.close()
})

it('dies of a key that was taken away while it waited, is in doubt of nothing, and goes by redrive', async () => {
  const bundle = await setup()
  const { seal, keys, replace } = await giveSealKeys(bundle)
  const other = await makeSealKeys(0)
  bundle.startWorker()
  await xadd(bundle.store, { ...one, callbackNumber: await seal(number), delay: 600_000 })
  await bundle.recorder.next('callback.scheduled')
  replace(other)
  await expect
    .poll(async () => (await readPublicKeys(bundle.store)).keys.map(({ kid }) => kid))
    .toEqual(other.map(({ kid }) => kid))
  await bundle.producer.reschedule('one', { now: true })
  const [result] = await resultsOfAll(bundle, ['one'])
  expect(result).toMatchObject({ state: 'dead', reason: 'invalid', code: 'unknown-seal-key' })
  const [attempt] = (await bundle.producer.status('one'))?.history ?? []
  expect(attempt).toMatchObject({ outcome: 'unavailable', phase: 'preparing', bytesSent: 0 })
  replace([...other, ...keys])
  await redriven(bundle, 'one')
  expect(bundle.sandbox.bookingsOf('one')).toMatchObject([{ callbackNumber: number }])
})

it('calls nobody by a number of another intent that came into its ledger while it waited', async () => {
  const bundle = await setup()
  const { sealFor } = await giveSealKeys(bundle)
  bundle.startWorker()
  const [own, copied] = [await sealFor('one', number), await sealFor('two', '+431234567890')]
  await xadd(bundle.store, { ...one, callbackNumber: own, delay: 600_000 })
  await bundle.recorder.next('callback.scheduled')
  const { redis, ref } = bundle.store
  const key = callbackKey(ref, 'one')
  const intent = (await redis.hget(key, 'intent')) ?? ''
  await redis.hset(key, 'intent', intent.replace(own, copied))
  await bundle.producer.reschedule('one', { now: true })
  const [result] = await resultsOfAll(bundle, ['one'])
  expect(result).toMatchObject({ state: 'dead', reason: 'invalid', code: 'seal-of-another' })
  expect(bundle.sandbox.bookings()).toEqual([])
})

function sealing({ redisUrl, store: { ref } }: Bundle) {
  return createProducer({ redisUrl, ...ref, seal: true })
}

async function published({ store }: Bundle): Promise<void> {
  await expect.poll(async () => (await readPublicKeys(store)).keys.length).toBe(2)
}

async function ledgerOf({ store: { redis, ref } }: Bundle): Promise<unknown> {
  return await redis.hgetall(`{${ref.namespace}:${ref.destination}}:callback:one`)
}

/** A worker looks at the file every now and then: until it has, the letter comes back. */
async function redriven({ store, producer }: Bundle, id: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const status = await producer.status(id)
        if (status?.state === 'dead')
          await redrive(store, { id, now: new Date().toISOString(), retentionMs: 60_000 })
        return status?.state
      },
      { timeout: 20_000 },
    )
    .toBe('booked')
}
