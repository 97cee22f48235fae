import { describe, expect, it } from 'vitest'

import { callbackKey } from '../../../src/shared/redis/keys.ts'
import { bridgeAlone } from '../../support/bridge-alone.ts'
import { sampleCallback, sendRaw } from '../../support/callbacks.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const number = '+18445791189'
const hour = 3_600_000
const later = '2026-12-31T09:00:00.000Z'

function rescheduleIn({ redisUrl, store }: Bundle, ...args: string[]) {
  const env = { ...environmentOf(redisUrl, store.ref.namespace), USER: 'ann' }
  return runCommand({ env }, 'reschedule', ...args)
}

describe('ringback reschedule', () => {
  it('has a callback sent at once that was to wait, and keeps who and why', async () => {
    const bundle = await setup()
    const { store, producer, recorder, startWorker } = bundle
    startWorker()
    await producer.enqueue({ ...sampleCallback('one'), delay: hour })
    await recorder.next('callback.scheduled')

    const why = ['--reason', `asked at ${number}`]
    const { status, stdout } = await rescheduleIn(bundle, 'one', '--now', ...why)

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^moved one: due /) as string,
    })
    await resultsOfAll(bundle, ['one'])
    expect(bundle.sandbox.bookings()).toHaveLength(1)
    const callback = await store.redis.hgetall(callbackKey(store.ref, 'one'))
    expect(callback).toMatchObject({
      state: 'booked',
      rescheduledBy: 'ann',
      rescheduleReason: 'asked at +18•••89',
    })
    const env = environmentOf(bundle.redisUrl, store.ref.namespace)
    const told = await runCommand({ env }, 'status', 'one')
    expect(told.stdout).toMatch(/^moved by +ann$/m)
    expect(told.stdout).toMatch(/^moved because +asked at \+18•••89$/m)
  })

  it('has a callback wait that was due, and sends it no earlier', async () => {
    const bundle = await setup()
    const { store, recorder, startWorker, sandbox } = bundle
    const stopBridge = bridgeAlone(bundle)
    await sendRaw(bundle, sampleCallback('one'))
    await recorder.next('callback.scheduled')
    await stopBridge()
    expect(await rescheduleIn(bundle, 'one', '--delay', '1h')).toMatchObject({ status: 0 })

    startWorker()
    await sendRaw(bundle, sampleCallback('another'))
    await resultsOfAll(bundle, ['another'])
    expect(sandbox.bookings()).toHaveLength(1)
    const state = await store.redis.hget(callbackKey(store.ref, 'one'), 'state')
    expect(state).toBe('scheduled')
  })

  it('moves what still lies in the inbox, if the library has put it there', async () => {
    const bundle = await setup()
    const { producer, recorder, startWorker } = bundle
    await producer.enqueue({ ...sampleCallback('one'), delay: hour })
    expect(await rescheduleIn(bundle, 'one', '--not-before', later)).toMatchObject({ status: 0 })
    startWorker()
    expect(await recorder.next('callback.scheduled')).toMatchObject({ id: 'one', dueAt: later })
  })

  it('moves all callbacks of a number', async () => {
    const bundle = await setup()
    const { producer, recorder, startWorker } = bundle
    startWorker()
    for (const id of ['one', 'two']) {
      await producer.enqueue({ ...sampleCallback(id), delay: hour })
      await recorder.next('callback.scheduled', (event) => event.id === id)
    }
    const { status, stdout } = await rescheduleIn(bundle, '--number', number, '--now', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([{ outcome: 'moved' }, { outcome: 'moved' }])
    await resultsOfAll(bundle, ['one', 'two'])
  })

  it('says of each what became of it, as an array for programs, and fails for those that it could not', async () => {
    const bundle = await setup()
    const { store, producer, sandbox, startWorker } = bundle
    const { redis, ref } = store
    sandbox.setFaults([{ do: 'refuse', match: { callId: 'dead' } }])
    const worker = startWorker()
    await producer.enqueue(sampleCallback('booked'))
    await producer.enqueue(sampleCallback('dead'))
    await resultsOfAll(bundle, ['booked', 'dead'])
    await worker.stop()
    await producer.enqueue({ ...sampleCallback('waits'), delay: hour })
    await producer.enqueue({ ...sampleCallback('expires'), expiresAt: '2026-12-31T08:00:00Z' })
    await producer.enqueue({ ...sampleCallback('gone'), delay: hour })
    await redis.hset(callbackKey(ref, 'gone'), { state: 'cancelled' })
    const sent = { v: '1', state: 'attempting', generation: '1', attempts: '1', intent: '{}' }
    await redis.hset(callbackKey(ref, 'sent'), sent)

    const ids = ['booked', 'dead', 'waits', 'expires', 'gone', 'sent', 'nobody']
    const at = ['--not-before', '2026-12-31T10:00', '--time-zone', 'Europe/Vienna']
    const { status, stdout } = await rescheduleIn(bundle, ...ids, ...at, '--json')

    expect(status).toBe(1)
    const [booking] = sandbox.bookingsOf('booked')
    const since = expect.stringMatching(/^\d{4}-/) as string
    expect(JSON.parse(stdout)).toEqual([
      { id: 'booked', outcome: 'booked', recordId: booking?.recordId },
      { id: 'dead', outcome: 'dead', reason: 'refused' },
      { id: 'waits', outcome: 'moved', dueAt: later },
      { id: 'expires', outcome: 'expires-first', expiresAt: '2026-12-31T08:00:00.000Z' },
      { id: 'gone', outcome: 'cancelled', at: since },
      { id: 'sent', outcome: 'under-way' },
      { id: 'nobody', outcome: 'unknown' },
    ])
    const { stdout: text } = await rescheduleIn(bundle, ...ids, ...at)
    expect(text).toContain('not moved sent: an attempt is under way, or in doubt')
    expect(text).toContain('not moved expires: it expires ')
    expect(text).toContain('not moved nobody: no callback with this id is known')
  })

  it('names its own option where a zone is given for no time', async () => {
    const args = ['reschedule', 'one', '--now', '--time-zone', 'Europe/Vienna']
    const { stderr } = await runCommand(freshEnvironment(), ...args)
    expect(stderr).toContain('--time-zone is only for a --not-before in local time')
  })

  it.each([
    ['no time', []],
    ['two times', ['--now', '--delay', '1h']],
    ['a time in no zone', ['--not-before', '2026-12-31T10:00']],
    ['a zone for no time', ['--now', '--time-zone', 'Europe/Vienna']],
    ['a delay of months', ['--delay', 'P1M']],
    ['a time in two years', ['--not-before', '2099-01-01T00:00:00Z']],
  ])('takes %s for a mistake', async (_, options) => {
    const { env } = freshEnvironment()
    const { status, stderr } = await runCommand({ env }, 'reschedule', 'one', ...options)
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: /) as string,
    })
  })
})
