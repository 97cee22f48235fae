import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { createProducer, type Producer } from '../../../src/producer/index.ts'
import { openStore, type DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { controlKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { freshNamespace, loginAs, redisUrl } from '../../support/redis.ts'
import { runCommand } from '../ops/support/cli.ts'
import { environmentOf } from '../ops/support/environment.ts'

interface Intake {
  store: DestinationStore
  producer: Producer
  /** By the producer's clock that nobody sets. */
  pass: (ms: number) => void
}

function intake({ url = redisUrl(), redis = new Redis(redisUrl()) } = {}): Intake {
  const ref = { namespace: freshNamespace(), destination: 'default' }
  let uptimeMs = 0
  const clock = { ...systemClock, monotonic: () => uptimeMs }
  const producer = createProducer({ redisUrl: url, namespace: ref.namespace, clock })
  onTestFinished(async () => {
    await producer.close()
    redis.disconnect()
  })
  return { store: openStore(redis, ref), producer, pass: (ms) => (uptimeMs += ms) }
}

const nobody = { by: undefined, why: undefined, forMs: undefined }

describe('a producer, while the intake is paused', () => {
  it('refuses, and says since when, by whom, why and until when', async () => {
    const { store, producer } = intake()
    const paused = { by: 'ann', why: 'asked by +18445791189', forMs: 3_600_000 }
    const { sinceMs, untilMs = 0 } = await pause(store, { what: 'intake', ...paused })
    const [since, until] = [sinceMs, untilMs].map((ms) => new Date(ms).toISOString())
    await expect(producer.enqueue(sampleCallback('one'))).rejects.toMatchObject({
      code: 'intake-paused',
      message:
        `The destination default takes nothing in: paused since ${since} by ann (asked by +18•••89), until ${until}. ` +
        'Nothing was accepted; submit it again then, with the same id.',
    })
    expect(await store.redis.exists(inboxKey(store.ref))).toBe(0)
    expect(await producer.status('one')).toBeUndefined()
  })

  it('accepts again within a second of the resumption, and of the end that was set', async () => {
    const { store, producer, pass } = intake()
    await pause(store, { what: 'intake', ...nobody })
    await expect(producer.enqueue(sampleCallback('one'))).rejects.toThrow('somebody resumes it')
    await resume(store, { what: ['intake'] })
    pass(1_000)
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })

    await pause(store, { what: 'intake', ...nobody, forMs: 60_000 })
    pass(1_000)
    await expect(producer.enqueue(sampleCallback('two'))).rejects.toThrow('nothing in')
    // Its end is past by Redis' time, whatever the time is here.
    await store.redis.hset(controlKey(store.ref), 'intakePausedUntil', '1')
    pass(1_000)
    expect(await producer.enqueue(sampleCallback('two'))).toMatchObject({ kind: 'accepted' })
  })

  it('ends many of them with that error', async () => {
    const { store, producer } = intake()
    await pause(store, { what: 'intake', ...nobody })
    const answers = producer.enqueueMany(sampleCallbacks(3))
    await expect(answers.next()).rejects.toMatchObject({ code: 'intake-paused' })
    expect(await store.redis.exists(inboxKey(store.ref))).toBe(0)
  })

  it('goes on with what it knew for a second, however much it is given', async () => {
    const { store, producer, pass } = intake()
    await producer.enqueue(sampleCallback('one'))
    await pause(store, { what: 'intake', ...nobody })
    pass(999)
    for await (const { kind } of producer.enqueueMany(sampleCallbacks(200))) {
      expect(kind).toBe('accepted')
    }
    pass(1)
    await expect(producer.enqueue(sampleCallback('two'))).rejects.toThrow('nothing in')
  })

  it('takes a pause of dispatch for none of its own', async () => {
    const { store, producer } = intake()
    await pause(store, { what: 'dispatch', ...nobody })
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
  })

  it('accepts as if nothing were paused where its user may not read that', async () => {
    const redis = new Redis(redisUrl())
    const user = `t-${randomBytes(8).toString('hex')}`
    const set = (...rules: string[]) => redis.call('ACL', 'SETUSER', user, ...rules)
    await set('on', '>pw', '~*:inbox', '~*:callback:*', '~*:dead-letters', '&*', '+@all')
    onTestFinished(() => void redis.call('ACL', 'DELUSER', user).catch(() => undefined))
    const { store, producer, pass } = intake({ url: loginAs(redisUrl(), user, 'pw'), redis })
    await pause(store, { what: 'intake', ...nobody })
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
    await set('~*:control')
    pass(1_000)
    await expect(producer.enqueue(sampleCallback('two'))).rejects.toThrow('nothing in')
  })
})

it.each([
  ['enqueue', ['enqueue', '--number', '+18445791189', '--call-id', 'call-42']],
  ['import', ['import', 'examples/callbacks.jsonl']],
])('ringback %s fails with intake-paused', async (_, command) => {
  const { store } = intake()
  await pause(store, { what: 'intake', ...nobody, why: 'moving house' })
  const env = environmentOf(redisUrl(), store.ref.namespace)
  const { status, stderr } = await runCommand({ env }, ...command)
  expect(status).toBe(1)
  expect(stderr).toContain('intake-paused')
  expect(stderr).toContain('moving house')
  expect(await store.redis.exists(inboxKey(store.ref))).toBe(0)
})
