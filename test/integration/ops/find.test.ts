import { describe, expect, it } from 'vitest'

import { callbackKey, numberPlaceKey, secretKey } from '../../../src/shared/redis/keys.ts'
import { placesOf } from '../../../src/shared/store/ledger/places.ts'
import { readNumberKey } from '../../../src/shared/store/lookup/number-key.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../../support/callbacks.ts'
import { dump } from '../../support/dump.ts'
import { xadd } from '../../support/inbox.ts'
import { monitorCommands } from '../../support/monitor.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { reconcilerOfTomorrow, wholeRound } from '../../support/reconciler.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'
import { matching } from './support/asymmetric.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const number = '+18445791189'
const other = '+18445791180'
const hour = 3_600_000
const salesforceCall = '0LQRM0000006CSz'

function command({ redisUrl, store }: Bundle, ...args: string[]) {
  return runCommand({ env: environmentOf(redisUrl, store.ref.namespace) }, ...args)
}

async function findIn(bundle: Bundle, ...args: string[]) {
  const { status, stdout } = await command(bundle, 'find', ...args, '--json')
  const answer = JSON.parse(stdout) as { callbacks: { id: string }[]; more: boolean; inbox: number }
  return { status, ...answer, ids: answer.callbacks.map(({ id }) => id) }
}

/** Those of `number` are `first` and `second`; `other-one` is of somebody else; all wait on the queue. */
async function withThree(bundle: Bundle) {
  const { producer, recorder, startWorker } = bundle
  const worker = startWorker()
  for (const intent of [
    { id: 'first', callId: 'call-1', callbackNumber: number, delay: hour },
    { id: 'second', callId: salesforceCall, callbackNumber: number, delay: hour },
    { id: 'other-one', callId: 'call-3', callbackNumber: other, delay: hour },
  ]) {
    await producer.enqueue(intent)
    await recorder.next('callback.scheduled', ({ id }) => id === intent.id)
  }
  await worker.stop()
}

describe('ringback find', () => {
  it('finds all callbacks of a number, and those of a call by either form of its id, and masks numbers', async () => {
    const bundle = await setup()
    await withThree(bundle)
    const byNumber = await findIn(bundle, '--number', number)
    expect(byNumber).toMatchObject({ status: 0, more: false, inbox: 0 })
    expect(byNumber.ids.toSorted()).toEqual(['first', 'second'])
    expect(JSON.stringify(byNumber)).not.toContain(number.slice(2))
    for (const callId of [salesforceCall, `${salesforceCall}4AM`]) {
      expect(await findIn(bundle, '--call-id', callId)).toMatchObject({
        ids: ['second'],
        callbacks: [{ state: 'scheduled', number: '+18•••89', callId: `${salesforceCall}4AM` }],
      })
    }
    const { stdout } = await command(bundle, 'find', '--number', number)
    expect(stdout).toMatch(/^first +scheduled +\+18•••89 +call-1 /m)
    expect(stdout).not.toContain(number.slice(2))
  })

  it('finds the newest first, as many as are wanted, and says whether there are more', async () => {
    const bundle = await setup()
    for (const [n, callback] of sampleCallbacks(3).entries()) {
      const acceptedAt = `2026-02-26T15:40:5${n}.000Z`
      const intent = JSON.stringify(callback)
      await bundle.store.redis.hset(callbackKey(bundle.store.ref, callback.id), {
        v: '1',
        state: 'dead',
        reason: 'refused',
        intent,
        acceptedAt,
        updatedAt: acceptedAt,
      })
    }
    bundle.startWorker()
    await expect
      .poll(() => findIn(bundle, '--number', number).catch(() => undefined), { timeout: 30_000 })
      .toMatchObject({ ids: ['cb-3', 'cb-2', 'cb-1'] })
    expect(await findIn(bundle, '--number', number, '--limit', '2')).toMatchObject({
      ids: ['cb-3', 'cb-2'],
      more: true,
    })
  })

  it('finds what was booked by its ContactRequest, and goes on finding it until it is forgotten', async () => {
    const bundle = await setup()
    const { store, startWorker } = bundle
    const { redis, ref } = store
    const worker = startWorker()
    await sendRaw(bundle, sampleCallback('one'))
    await resultsOfAll(bundle, ['one'])
    const recordId = bundle.sandbox.bookingsOf('one')[0]?.recordId ?? '?'
    for (const wanted of [
      ['--record-id', recordId],
      ['--record-id', recordId.slice(0, 15)],
      ['--call-id', 'one'],
      ['--number', number],
    ]) {
      expect(await findIn(bundle, ...wanted)).toMatchObject({
        ids: ['one'],
        callbacks: [{ state: 'booked', recordId }],
      })
    }
    // It walks too, and might be faster than the one that is asked here.
    await worker.stop()
    await redis.del(callbackKey(ref, 'one'))
    expect(await findIn(bundle, '--number', number)).toMatchObject({ status: 1, ids: [] })
    const { pruned } = await wholeRound(reconcilerOfTomorrow(bundle))
    expect(pruned).toBeGreaterThanOrEqual(2)
    expect(await redis.keys(numberPlaceKey(ref, '*'))).toEqual([])
  })

  it('finds what died, was redriven and died again once', async () => {
    const bundle = await setup()
    bundle.sandbox.setFaults([{ do: 'refuse' }])
    bundle.startWorker()
    await sendRaw(bundle, sampleCallback('one'))
    await resultsOfAll(bundle, ['one'])
    await command(bundle, 'dead-letters', 'redrive', 'one')
    await expect
      .poll(() => findIn(bundle, '--number', number))
      .toMatchObject({
        ids: ['one'],
        callbacks: [{ state: 'dead', reason: 'refused', attempts: 2 }],
      })
  })

  it('finds nothing and says so with exit status 1, and with what waits in the inbox', async () => {
    const bundle = await setup()
    await withThree(bundle)
    await xadd(bundle.store, sampleCallback('unread'))
    const { status, stdout } = await command(bundle, 'find', '--number', '+4366412345678')
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout:
        'No callback is found at the destination default.\n' +
        'note: 1 entry waits in the inbox of the destination default, and may be of it too\n',
    })
  })

  it.each([
    [[], 'exactly one of --number, --call-id and --record-id'],
    [['--number', number, '--call-id', 'c'], 'exactly one of'],
    [['--number', '0664 1234567'], 'It has spaces in it'],
    [['--call-id', '..'], 'It must not be . or ..'],
    [['--record-id', 'x'], '15 or 18 letters and digits'],
  ])('refuses %j before it asks anybody', async (args, why) => {
    const { status, stderr } = await runCommand(freshEnvironment(), 'find', ...args)
    expect(status).toBe(2)
    expect(stderr.replaceAll('\n', ' ')).toContain(why)
  })

  it('refuses to show none at all, which nobody can mean', async () => {
    const args = ['find', '--number', number, '--limit', '0']
    const { status, stdout, stderr } = await runCommand(freshEnvironment(), ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('It must be a whole number, 1 or more.')
  })

  it('says that it cannot know where no worker has made a key, or where the workers have another', async () => {
    const bundle = await setup()
    const before = await command(bundle, 'find', '--number', number)
    expect(before.status).toBe(1)
    expect(before.stderr).toContain('No worker that keeps an index')
    await withThree(bundle)
    const env = {
      ...environmentOf(bundle.redisUrl, bundle.store.ref.namespace),
      RINGBACK_NUMBER_KEY: 'x'.repeat(32),
    }
    const { status, stderr } = await runCommand({ env }, 'find', '--number', number)
    expect(status).toBe(1)
    expect(stderr).toContain('another RINGBACK_NUMBER_KEY')
  })

  it('asks Redis the same of one callback and of two thousand', async () => {
    const server = await startPrivateRedis()
    const bundle = await setup({ redisUrl: server.url })
    await withThree(bundle)
    const { store } = bundle
    const { redis, ref } = store
    const heard: string[] = []
    await monitorCommands(server.url, ([name = '', key = '']) => {
      const command = name.toUpperCase()
      const isOurs = key.includes(':number:') || key.includes(':callback:')
      if (isOurs && ['ZRANGE', 'HMGET', 'GET'].includes(command)) heard.push(command)
    })
    const asked = async () => {
      heard.length = 0
      expect(await findIn(bundle, '--number', number)).toMatchObject({ status: 0 })
      await redis.get(numberPlaceKey(ref, 'end'))
      await expect.poll(() => heard).toContain('GET')
      return [...heard]
    }
    const among3 = await asked()
    const reading = await readNumberKey(store, undefined)
    if (reading.kind !== 'known') throw new Error('no key')
    const writes = redis.pipeline()
    for (let n = 0; n < 2_000; n += 1) {
      const id = `other-${n}`
      const callbackNumber = `+43664${1_000_000 + n}`
      const { numberBucket, numberScore } = placesOf(reading.key, { callId: id, callbackNumber })
      writes.hset(callbackKey(ref, id), 'state', 'scheduled')
      writes.zadd(numberPlaceKey(ref, numberBucket), numberScore, `0000${id}`)
    }
    await writes.exec()
    expect(await asked()).toEqual(among3)
    expect(among3.filter((name) => name === 'ZRANGE')).toHaveLength(1)
  })
})

describe('callbacks that an older version took in', () => {
  it('are found once a worker has walked by', async () => {
    const bundle = await setup()
    const intent = JSON.stringify(sampleCallback('one'))
    await scheduled({
      ...bundle,
      intent,
      delayMs: hour,
      fields: { dueAt: '2286-11-20T17:46:39.999Z' },
    })
    bundle.startWorker()
    await expect
      .poll(() => findIn(bundle, '--call-id', 'one').catch(() => undefined), { timeout: 30_000 })
      .toMatchObject({ ids: ['one'] })
  })
})

describe('ringback cancel', () => {
  it('withdraws all of a number, or of a call, and says of each what became of it', async () => {
    const bundle = await setup()
    await withThree(bundle)
    const json = async (...args: string[]) => {
      const { status, stdout } = await command(bundle, 'cancel', ...args, '--json')
      return { status, answers: JSON.parse(stdout) as unknown }
    }
    const at = matching(/Z$/)
    expect(await json('--call-id', 'call-1')).toEqual({
      status: 0,
      answers: [{ id: 'first', outcome: 'cancelled', at }],
    })
    const { status, answers } = await json('--number', number)
    expect(status).toBe(0)
    expect(answers).toHaveLength(2)
    expect(answers).toEqual(
      expect.arrayContaining(['first', 'second'].map((id) => ({ id, outcome: 'cancelled', at }))),
    )
    expect(await bundle.store.redis.hget(callbackKey(bundle.store.ref, 'other-one'), 'state')).toBe(
      'scheduled',
    )
    expect(await json('--number', '+4366412345678')).toEqual({ status: 1, answers: [] })
  })

  it.each([[[]], [['one', '--number', number]], [['--number', number, '--call-id', 'c']]])(
    'refuses %j: nobody can tell what is meant',
    async (args) => {
      const run = await runCommand(freshEnvironment(), 'cancel', ...args)
      expect(run.status).toBe(2)
      expect(run.stderr).toContain(
        'give ids, or exactly one of --number, --call-id and --attribute',
      )
    },
  )
})

describe('an erased callback', () => {
  it('is named in no index any more, by its number and by an id that holds it', async () => {
    const bundle = await setup()
    const { store, recorder, startWorker } = bundle
    const { redis, ref } = store
    const worker = startWorker()
    for (const id of ['one', `tel-${number.slice(1)}`]) {
      await xadd(store, { ...sampleCallback(id), delay: hour })
      await recorder.next('callback.scheduled', (event) => event.id === id)
    }
    await worker.stop()
    expect((await command(bundle, 'erase', '--number', number, '--yes')).status).toBe(0)
    expect(await redis.keys(numberPlaceKey(ref, '*'))).toEqual([])
    expect(JSON.stringify(await dump(redis, ref.namespace))).not.toContain(number.slice(2))
    expect(await redis.exists(secretKey(ref))).toBe(1)
  })
})
