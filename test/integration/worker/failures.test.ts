import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { callbackKey, destinationsKey, walkerKey } from '../../../src/shared/redis/keys.ts'
import { createServerClock, followServerClock } from '../../../src/worker/server-clock.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { recordAttempt } from '../../../src/worker/attempt/record-attempt.ts'
import { resolveFinding } from '../../../src/worker/maintenance/resolve-finding.ts'
import { anyPass } from '../../support/any-pass.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { createRecorder } from '../../support/recorder.ts'
import { loginAs } from '../../support/redis.ts'
import { setup } from '../../support/ringback.ts'
import { runService } from '../../support/run-service.ts'
import { scheduled } from '../../support/scheduled.ts'

const intent = JSON.stringify(sampleCallback('one'))

/** What a worker has complained of so far, each kind once. */
function complaints({ all }: ReturnType<typeof createRecorder>): string[] {
  const told = all.flatMap((each) => {
    if (each.event === 'maintenance.failed') return [`${each.event} ${each.part}`]
    return /failed|lost|delayed/.test(each.event) ? [each.event] : []
  })
  return [...new Set(told)].toSorted()
}

describe('a failure has the name of what failed', () => {
  it.each([
    ['the registry', destinationsKey, ['registry', 'strays']],
    ['the lease of the walk', walkerKey, ['lease']],
  ])('when %s is of another type', async (_, keyOf, parts) => {
    const { store, recorder, sandbox, producer, startWorker } = await setup()
    const { redis, ref } = store
    await redis.set(keyOf(ref.namespace), 'x')
    if (parts.includes('lease')) {
      await redis.del(keyOf(ref.namespace))
      await redis.lpush(keyOf(ref.namespace), 'x')
    }
    startWorker()
    for (const part of parts) {
      await recorder.next('maintenance.failed', (event) => event.part === part)
    }
    await producer.enqueue(sampleCallback('one'))
    await sandbox.booked('one')
    const expected = parts.map((part) => `maintenance.failed ${part}`)
    expect(complaints(recorder)).toEqual(expected.toSorted())
  })

  it('when the time cannot be asked for', async () => {
    const { url } = await startPrivateRedis()
    const admin = new Redis(url, { protocol: 2 })
    onTestFinished(() => admin.disconnect())
    await admin.acl('SETUSER', 'timeless', 'on', '>secret', '~*', '+@all', '-time')
    const redis = new Redis(loginAs(url, 'timeless', 'secret'), { protocol: 2 })
    onTestFinished(() => redis.disconnect())
    const recorder = createRecorder()
    const clock = createServerClock(redis, systemClock)
    const following = followServerClock(clock, { everyMs: 60_000, observe: recorder.observe })
    const { stop } = runService(following)
    const failed = await recorder.next('maintenance.failed')
    expect(failed).toMatchObject({ part: 'clock', destination: undefined })
    expect(failed.message).toContain('NOPERM')
    expect(complaints(recorder)).toEqual(['maintenance.failed clock'])
    await stop()
  })

  it('when a connection is lost: it is Redis that is lost, and nothing of ours', async () => {
    const server = await startPrivateRedis()
    const { recorder, sandbox, startWorker, producer } = await setup({ redisUrl: server.url })
    // On a busy machine a server may take longer to come back than a short lock lasts.
    startWorker({ lockMs: 30_000 })
    await producer.enqueue(sampleCallback('one'))
    await sandbox.booked('one')
    await server.kill()
    const { connections } = await recorder.next('redis.lost')
    expect(connections).toBeGreaterThan(1)
    await server.restart()
    await recorder.next('redis.back')
    await producer.enqueue(sampleCallback('two')).catch(() => undefined)
    await expect
      .poll(() => producer.enqueue(sampleCallback('two')).catch(() => undefined), {
        timeout: 10_000,
      })
      .toBeDefined()
    await sandbox.booked('two')
    expect(complaints(recorder)).toEqual(['redis.lost'])
    expect(recorder.of('redis.lost')).toHaveLength(1)
    expect(recorder.of('redis.back')).toHaveLength(1)
  })

  it('when an outcome cannot be written down yet', async () => {
    const server = await startPrivateRedis()
    const { store, recorder, config } = await setup({ redisUrl: server.url })
    const fields = { state: 'attempting', attempts: '1' }
    await scheduled({ store, intent, queued: false, fields })
    const [destination] = config.destinations
    if (destination === undefined) throw new Error('the test has no destination')
    await store.redis.replicaof('127.0.0.1', 1)
    const clock = {
      ...systemClock,
      sleep: async () => {
        await store.redis.replicaof('NO', 'ONE')
      },
    }
    const nowMs = systemClock.now()
    const recordId = '0PR000000000001'
    await recordAttempt(
      {
        job: { id: 'one', generation: 1 },
        pass: anyPass,
        signal: 'ok',
        context: {
          store,
          clock,
          observe: recorder.observe,
          random: () => 1,
          verifyGraceMs: 0,
          policy: destination.retry,
          onUncertain: 'retry',
          retentionMs: 60_000,
          verification: undefined,
          sendWithinMs: 1_000,
          attemptSpans: 'linked',
          client: {
            requestCallback: () => Promise.reject(new Error('unused')),
          },
        },
        open: { attempt: 1, priorAttempts: 0, firstAttemptAt: '', heldMs: 0, intent },
        intent: sampleCallback('one'),
        startedAt: '',
        outcome: { kind: 'booked', status: 200, recordId },
        trace: undefined,
        evidence: undefined,
      },
      { kind: 'book', recordId },
      nowMs,
    )
    expect(recorder.all).toMatchObject([
      { event: 'settlement.delayed', destination: 'default', id: 'one' },
    ])
    expect(recorder.of('settlement.delayed')[0]?.message).toContain('READONLY')
  })

  it('when our own code fails at a callback, it is not said that its job cannot be read', async () => {
    const { store, recorder } = await setup()
    await scheduled({ store, intent, queued: false })
    const broken = (): never => {
      throw new TypeError('undefined is not a function')
    }
    const finding = { kind: 'overdue', id: 'one', state: 'scheduled', generation: 1 } as const
    const context = { store, at: '2026-03-01T00:00:00.000Z', observe: recorder.observe }
    const resolving = { ...context, queue: broken, numberKey: undefined }
    const resolution = await resolveFinding(resolving, finding)
    expect(resolution).toEqual({ kind: 'failed' })
    expect(recorder.all).toMatchObject([
      { event: 'maintenance.failed', part: 'walk', destination: 'default' },
    ])
    expect(await store.redis.hget(callbackKey(store.ref, 'one'), 'state')).toBe('scheduled')
  })
})
