/** `vectors/`, through every door of a real Redis. */
import { Readable } from 'node:stream'

import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../src/producer/index.ts'
import type { IndexedAnswer } from '../../src/shared/contract/enqueue-answer.ts'
import type { IntentInput } from '../../src/shared/contract/intent.ts'
import { describeProblems } from '../../src/shared/errors/problem.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey } from '../../src/shared/redis/keys.ts'
import { runBridge } from '../support/bridge-alone.ts'
import { rpush, xadd } from '../support/inbox.ts'
import { createRecorder } from '../support/recorder.ts'
import { freshNamespace, redisUrl } from '../support/redis.ts'
import { bytesOf, intentVectors, sealingOfVectors, type IntentVector } from '../support/vectors.ts'
import { runCommand } from './ops/support/cli.ts'
import { environmentOf } from './ops/support/environment.ts'

const valid = intentVectors.filter(({ accepted }) => accepted !== undefined)
const invalid = intentVectors.filter(({ refused }) => refused !== undefined)

function ownStore(): DestinationStore {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  return openStore(redis, { namespace: freshNamespace(), destination: 'default' })
}

describe.each([
  ['in the inbox', xadd],
  ['at the door', rpush],
] as const)('a vector that lies %s', (_, put) => {
  /** The hash that a worker makes of it. */
  async function takenIn(vector: IntentVector) {
    const store = ownStore()
    const recorder = createRecorder()
    const bridge = runBridge({ store, recorder }, { sealing: sealingOfVectors() })
    await put(store, bytesOf(vector))
    const { id, entryId } = await Promise.race([
      recorder.next('callback.scheduled').then(({ id }) => ({ id, entryId: '' })),
      recorder.next('entry.buried'),
    ])
    const hash = await store.redis.hgetall(callbackKey(store.ref, id))
    await bridge.stop()
    return { id, entryId, hash }
  }

  it.each(valid)('becomes the callback that they say: $name', async (vector) => {
    const { id, hash } = await takenIn(vector)
    const { accepted } = vector
    expect({ id, canonical: hash['intent'] }).toEqual(accepted)
    expect(hash['state']).toBe('scheduled')
  })

  it.each(invalid)('becomes the dead letter that they say: $name', async (vector) => {
    const { id, entryId, hash } = await takenIn(vector)
    const { refused } = vector
    expect(id).toBe(refused?.id ?? `inbox-${entryId}`)
    expect(hash).toMatchObject({
      state: 'dead',
      reason: 'invalid',
      code: refused?.code,
      message: describeProblems(refused?.problems ?? []),
    })
    expect(hash['submittedId']).toBe(refused?.submittedId)
  })
})

describe('a vector that is given to the library', () => {
  const objects = intentVectors.filter(({ intent }) => intent !== undefined)

  it.each(objects)('is answered as they say: $name', async ({ intent, accepted, refused }) => {
    const store = ownStore()
    const { namespace } = store.ref
    const producer = createProducer({ redisUrl: redisUrl(), namespace })
    onTestFinished(() => producer.close())
    const answers: IndexedAnswer[] = []
    // What a program hands over that was not compiled against the library.
    for await (const answer of producer.enqueueMany([intent as IntentInput])) answers.push(answer)
    if (accepted === undefined) {
      const { id, submittedId, code, problems } = refused ?? {}
      expect(answers).toMatchObject([{ kind: 'refused', id: id ?? submittedId, code, problems }])
    } else {
      const { id, canonical } = accepted
      expect(answers).toMatchObject([{ kind: 'accepted', id }])
      expect(await store.redis.hget(callbackKey(store.ref, id), 'intent')).toBe(canonical)
    }
  })
})

describe('a vector that is a line of a file', () => {
  // A file that begins as a JSON array is refused as a whole, in other words.
  const lines = intentVectors.filter(({ text = 'one line' }) => /^[^\r\n[][^\r\n]*$/.test(text))

  it.each(lines)('is imported, or refused, as they say: $name', async (vector) => {
    const store = ownStore()
    const env = environmentOf(redisUrl(), store.ref.namespace)
    const stdin = Readable.from([bytesOf(vector)])
    const run = await runCommand({ env, stdin }, 'import', '-', '--format', 'jsonl')
    if (vector.accepted === undefined) {
      const words = describeProblems(vector.refused?.problems ?? [])
      expect(run.status).toBe(1)
      expect(run.stderr).toContain(`line 1: ${words}\n`)
    } else {
      const { id, canonical } = vector.accepted
      expect(run).toMatchObject({ status: 0, stderr: '' })
      expect(await store.redis.hget(callbackKey(store.ref, id), 'intent')).toBe(canonical)
    }
  })
})
