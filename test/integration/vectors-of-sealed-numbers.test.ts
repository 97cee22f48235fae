/** `vectors/sealed-numbers.json`, through every door of a real Redis. */
import { Readable } from 'node:stream'

import { beforeAll, expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../src/producer/index.ts'
import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey } from '../../src/shared/redis/keys.ts'
import { runBridge } from '../support/bridge-alone.ts'
import { rpush, xadd } from '../support/inbox.ts'
import { loadFunctions, ownStore } from '../support/own-store.ts'
import { createRecorder } from '../support/recorder.ts'
import { redisUrl } from '../support/redis.ts'
import { sealedVectors, sealingOfVectors } from '../support/vectors.ts'
import { runCommand } from './ops/support/cli.ts'
import { environmentOf } from './ops/support/environment.ts'

interface SealedIntent {
  id: string
  callId: string
  callbackNumber: string
}

beforeAll(loadFunctions)

async function submitByFunction({ redis, ref }: DestinationStore, intent: SealedIntent) {
  const text = JSON.stringify(intent)
  const [kind] = (await redis.call('FCALL', 'ringback_submit', 1, inboxKey(ref), text)) as string[]
  // Only a worker can judge it.
  expect(kind).toBe('sent')
}

async function enqueue({ ref: { namespace } }: DestinationStore, intent: SealedIntent) {
  const producer = createProducer({ redisUrl: redisUrl(), namespace })
  onTestFinished(() => producer.close())
  expect(await producer.enqueue(intent)).toMatchObject({ kind: 'accepted' })
}

async function importFile({ ref }: DestinationStore, intent: SealedIntent) {
  const env = environmentOf(redisUrl(), ref.namespace)
  const stdin = Readable.from([JSON.stringify(intent)])
  const run = await runCommand({ env, stdin }, 'import', '-', '--format', 'jsonl')
  expect(run).toMatchObject({ status: 0, stderr: '' })
}

const doors = [
  ['XADD', xadd],
  ['RPUSH', rpush],
  ['FCALL', submitByFunction],
  ['the library', enqueue],
  ['an import', importFile],
] as const

const ofIntents = sealedVectors.filter(({ wish }) => wish === undefined)

it.each(doors.flatMap(([door, put]) => ofIntents.map((vector) => ({ door, put, ...vector }))))(
  'by $door a sealed number is taken, or is not, as the vectors say: $name',
  async ({ put, id = 'one', sealed, bound, code }) => {
    const store = ownStore()
    const recorder = createRecorder()
    const bridge = runBridge({ store, recorder }, { sealing: sealingOfVectors({ bound }) })
    await put(store, { id, callId: 'c', callbackNumber: sealed })
    const end = await Promise.race([
      recorder.next('callback.scheduled').then(() => undefined),
      recorder.next('entry.buried').then((buried) => buried.code),
    ])
    await bridge.stop()
    expect(end).toBe(code)
    const state = await store.redis.hget(callbackKey(store.ref, id), 'state')
    expect(state).toBe(code === undefined ? 'scheduled' : 'dead')
  },
)

it.each(sealedVectors.filter(({ wish }) => wish))(
  'in a cancel a sealed number is taken, or is not, as the vectors say: $name',
  async ({ sealed, bound, code }) => {
    const store = ownStore()
    const recorder = createRecorder()
    const bridge = runBridge({ store, recorder }, { sealing: sealingOfVectors({ bound }) })
    const cancel = JSON.stringify({ callbackNumber: sealed })
    await store.redis.xadd(inboxKey(store.ref), '*', 'cancel', cancel)
    const end = await Promise.race([
      recorder.next('entry.fulfilled').then(() => undefined),
      recorder.next('entry.buried').then((buried) => buried.code),
    ])
    await bridge.stop()
    expect(end).toBe(code)
  },
)
