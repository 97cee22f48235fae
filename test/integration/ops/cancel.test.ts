import { describe, expect, it } from 'vitest'

import { jobIdOf } from '../../../src/shared/contract/ids.ts'
import { callbackKey, jobKey } from '../../../src/shared/redis/keys.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { xadd } from '../../support/inbox.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const number = '+18445791189'
const hour = 3_600_000

function cancelIn({ redisUrl, store }: Bundle, ...args: string[]) {
  const env = { ...environmentOf(redisUrl, store.ref.namespace), USER: 'ann' }
  return runCommand({ env }, 'cancel', ...args)
}

describe('ringback cancel', () => {
  it('withdraws callbacks that wait, with their jobs, and keeps who and why', async () => {
    const bundle = await setup()
    const { store, producer, recorder, startWorker } = bundle
    const { redis, ref } = store
    const worker = startWorker()
    await producer.enqueue({ ...sampleCallback('on-the-queue'), delay: hour })
    await recorder.next('callback.scheduled')
    await worker.stop()
    await producer.enqueue({ ...sampleCallback('in-the-inbox'), delay: hour })

    const ids = ['on-the-queue', 'in-the-inbox']
    const { status, stdout } = await cancelIn(bundle, ...ids, '--reason', `reached at ${number}`)

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'cancelled on-the-queue\ncancelled in-the-inbox\n',
    })
    for (const id of ids) {
      expect(await redis.hgetall(callbackKey(ref, id))).toMatchObject({
        state: 'cancelled',
        cancelledBy: 'ann',
        cancelReason: 'reached at +18•••89',
      })
    }
    const told = await runCommand(
      { env: environmentOf(bundle.redisUrl, ref.namespace) },
      'status',
      'on-the-queue',
    )
    expect(told.stdout).toMatch(/^state +cancelled$/m)
    expect(told.stdout).toMatch(/^cancelled by +ann$/m)
    expect(told.stdout).toMatch(/^why +reached at \+18•••89$/m)
    expect(await redis.exists(jobKey(ref, jobIdOf('on-the-queue', 1)))).toBe(0)
    startWorker()
    await producer.enqueue(sampleCallback('another'))
    await resultsOfAll(bundle, ['another'])
    expect(bundle.sandbox.bookings()).toHaveLength(1)
  })

  it('says of each what became of it, as an array for programs, and fails for those that it could not', async () => {
    const bundle = await setup()
    const { store, producer, sandbox, startWorker } = bundle
    sandbox.setFaults([{ do: 'refuse', match: { callId: 'dead' } }])
    startWorker()
    await producer.enqueue(sampleCallback('booked'))
    await producer.enqueue(sampleCallback('dead'))
    await resultsOfAll(bundle, ['booked', 'dead'])
    await producer.enqueue({ ...sampleCallback('waits'), delay: hour })
    await store.redis.hset(callbackKey(store.ref, 'sent'), {
      v: '1',
      state: 'attempting',
      generation: '1',
      attempts: '1',
      intent: '{}',
    })

    const ids = ['booked', 'dead', 'waits', 'sent', 'nobody']
    const { status, stdout } = await cancelIn(bundle, ...ids, '--json')

    expect(status).toBe(1)
    const [booking] = sandbox.bookingsOf('booked')
    expect(JSON.parse(stdout)).toEqual([
      { id: 'booked', outcome: 'booked', recordId: booking?.recordId },
      { id: 'dead', outcome: 'dead', reason: 'refused' },
      { id: 'waits', outcome: 'cancelled', at: expect.stringMatching(/^\d{4}-/) as string },
      { id: 'sent', outcome: 'under-way' },
      { id: 'nobody', outcome: 'unknown' },
    ])
    const text = await cancelIn(bundle, ...ids)
    expect(text.stdout).toContain('under way sent: it ends as cancelled, unless')
    expect(text.stdout).toContain('not cancelled nobody: no callback with this id is known')
    expect(text.stdout).toContain('not cancelled dead: it is a dead letter (refused)')
  })

  it('keeps no name of a user that nobody can see', async () => {
    const bundle = await setup()
    const { store, producer, redisUrl } = bundle
    const { redis, ref } = store
    await producer.enqueue({ ...sampleCallback('one'), delay: hour })
    const env = { ...environmentOf(redisUrl, ref.namespace), USER: '\u001b[31mann' }
    expect(await runCommand({ env }, 'cancel', 'one')).toMatchObject({ status: 0 })
    const callback = await redis.hgetall(callbackKey(ref, 'one'))
    expect(callback).toMatchObject({ state: 'cancelled' })
    expect(callback).not.toHaveProperty('cancelledBy')
  })

  it.each([
    ['a reason that nobody can see', '--reason', '\u200b'],
    ['a reason of more than 200 characters', '--reason', 'x'.repeat(201)],
    ['a name of more than 64 characters', '--by', 'x'.repeat(65)],
  ])('takes no %s, and cancels nothing', async (_, option, value) => {
    const { env, store } = freshEnvironment()
    await xadd(store, { ...sampleCallback('one'), delay: hour })
    const { status, stderr } = await runCommand({ env }, 'cancel', 'one', option, value)
    expect(status).toBe(2)
    expect(stderr).toContain('must be 1 to')
  })
})

describe('ringback cancel --attribute', () => {
  it('is said in no other way at the same time', async () => {
    const { env } = freshEnvironment()
    for (const other of [['call-42'], ['--number', '+18445791189'], ['--call-id', 'vendor-7']]) {
      const run = await runCommand({ env }, 'cancel', '--attribute', 'campaign=spring', ...other)
      expect(run).toMatchObject({ status: 2, stdout: '' })
      expect(run.stderr).toContain(
        'give ids, or exactly one of --number, --call-id and --attribute',
      )
    }
  })

  it('says in a plan how many wait, and cancels none', async () => {
    const { env } = freshEnvironment()
    const { stdout } = await runCommand(
      { env },
      'cancel',
      '--attribute',
      'campaign=spring',
      '--plan',
    )
    expect(stdout).toContain('no callback that waits is to be cancelled')
  })
})
