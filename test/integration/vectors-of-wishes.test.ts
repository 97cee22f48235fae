/** `vectors/wishes.json`, through every door of a real Redis by which something can be wanted. */
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { Redis } from 'ioredis'

import { createProducer } from '../../src/producer/index.ts'
import type { CallbacksInput, NewTimeInput } from '../../src/producer/wish-inputs.ts'
import { describeProblems } from '../../src/shared/errors/problem.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey, wishKey } from '../../src/shared/redis/keys.ts'
import { loadLibrary } from '../../src/shared/store/functions/load-library.ts'
import { runBridge } from '../support/bridge-alone.ts'
import { xadd } from '../support/inbox.ts'
import { createRecorder } from '../support/recorder.ts'
import { freshNamespace, redisUrl } from '../support/redis.ts'
import { bytesOf, wishVectors, type WishVector } from '../support/vectors.ts'

beforeAll(async () => {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  await loadLibrary(redis)
  redis.disconnect()
})

/** A bridge, and a callback that waits: the one that an understood wish is about. */
async function withCallback({ accepted }: WishVector) {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const store = openStore(redis, { namespace: freshNamespace(), destination: 'default' })
  const recorder = createRecorder()
  const bridge = runBridge({ store, recorder }, { retentionMs: 60_000 })
  onTestFinished(() => bridge.stop())
  const { callId = 'c', callbackNumber = '+18445791189' } = accepted?.wanted ?? {}
  await xadd(store, { id: 'v-1', callId, callbackNumber, delay: '1d' })
  await recorder.next('callback.scheduled')
  return { store, recorder }
}

async function byXadd({ redis, ref }: DestinationStore, vector: WishVector): Promise<string> {
  return (await redis.xadd(inboxKey(ref), '*', vector.kind, bytesOf(vector))) ?? ''
}

async function byFunction({ redis, ref }: DestinationStore, vector: WishVector): Promise<string> {
  const words = ['ringback_cancel', 1, inboxKey(ref), bytesOf(vector)]
  const [kind, entryId = ''] = (await redis.call('FCALL', ...words)) as string[]
  expect(kind).toBe('sent')
  return entryId
}

const cancels = wishVectors.filter(({ kind }) => kind === 'cancel')
const sent = [
  ...wishVectors.map((vector) => ({ door: 'XADD', send: byXadd, ...vector })),
  ...cancels.map((vector) => ({ door: 'FCALL', send: byFunction, ...vector })),
]

it.each(sent.filter(({ accepted }) => accepted !== undefined))(
  'by $door a $kind does what the vectors say: $name',
  async ({ send, ...vector }) => {
    const { store, recorder } = await withCallback(vector)
    const entryId = await send(store, vector)
    await recorder.next('entry.fulfilled')
    const answer: unknown = JSON.parse((await store.redis.get(wishKey(store.ref, entryId))) ?? '')
    const hash = await store.redis.hgetall(callbackKey(store.ref, 'v-1'))
    if (vector.kind === 'cancel') {
      expect(answer).toMatchObject([{ id: 'v-1', outcome: 'cancelled' }])
      const { by, reason } = vector.accepted ?? {}
      expect([hash['cancelledBy'], hash['cancelReason']]).toEqual([by, reason])
    } else {
      expect(answer).toEqual([{ id: 'v-1', outcome: 'moved', dueAt: hash['dueAt'] }])
      expectMoved(vector, { entryId, dueAt: hash['dueAt'] ?? '' })
    }
  },
)

it.each(sent.filter(({ refused }) => refused !== undefined))(
  'by $door a $kind becomes the dead letter that the vectors say: $name',
  async ({ send, ...vector }) => {
    const { store, recorder } = await withCallback(vector)
    const entryId = await send(store, vector)
    const { id } = await recorder.next('entry.buried')
    const { code, problems = [] } = vector.refused ?? {}
    const message = describeProblems(problems)
    const hash = await store.redis.hgetall(callbackKey(store.ref, id))
    expect(hash).toMatchObject({ reason: 'invalid', code, message, rawField: vector.kind })
    const answer: unknown = JSON.parse((await store.redis.get(wishKey(store.ref, entryId))) ?? '')
    expect(answer).toEqual({ code, message })
    const callback = await store.redis.hgetall(callbackKey(store.ref, 'v-1'))
    expect(callback).toMatchObject({ state: 'scheduled' })
  },
)

it.each(wishVectors.filter(({ accepted }) => accepted !== undefined))(
  'by the library a $kind does what the vectors say: $name',
  async (vector) => {
    const { store } = await withCallback(vector)
    const producer = createProducer({ redisUrl: redisUrl(), namespace: store.ref.namespace })
    onTestFinished(() => producer.close())
    const { id, callId, callbackNumber, by, reason, v: _, ...time } = vector.wish as Given
    const which = (id ?? (callId === undefined ? { callbackNumber } : { callId })) as CallbacksInput
    const options = { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) }
    const answers = await (vector.kind === 'cancel'
      ? producer.cancel(which, options)
      : producer.reschedule(which, time as NewTimeInput, options))
    const outcome = vector.kind === 'cancel' ? 'cancelled' : 'moved'
    expect(answers).toMatchObject([{ id: 'v-1', outcome }])
  },
)

interface Given {
  id?: string
  callId?: string
  callbackNumber?: string
  by?: string
  reason?: string
  v?: 1
}

/** The times of the vectors may be over: what is past is at once. */
function expectMoved({ accepted }: WishVector, { entryId, dueAt }: Record<string, string>): void {
  const { delay, notBefore } = accepted?.time ?? {}
  const sentMs = Number(entryId?.split('-')[0])
  const wantedMs = notBefore === undefined ? sentMs + (delay ?? 0) : Date.parse(notBefore)
  expect(Date.parse(dueAt ?? '')).toBe(Math.max(sentMs, wantedMs))
}
