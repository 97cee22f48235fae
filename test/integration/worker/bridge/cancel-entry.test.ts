import { describe, expect, it } from 'vitest'

import { jobIdOf } from '../../../../src/shared/contract/ids.ts'
import { ensureInboxGroup, readNew } from '../../../../src/shared/store/inbox/inbox.ts'
import { callbackKey, inboxKey, jobKey } from '../../../../src/shared/redis/keys.ts'
import { bridgeAlone } from '../../../support/bridge-alone.ts'
import { sampleCallback } from '../../../support/callbacks.ts'
import { inboxCounts, xadd } from '../../../support/inbox.ts'
import { resultsOfAll } from '../../../support/results.ts'
import { setup, type Bundle } from '../../../support/ringback.ts'

const one = sampleCallback('one')
const later = { ...one, delay: 3_600_000 }

/** As a client in any language does it. */
async function xcancel({ redis, ref }: Bundle, ...values: (string | Buffer)[]): Promise<string> {
  return (await redis.xadd(inboxKey(ref), '*', ...values)) ?? ''
}

const wish = JSON.stringify({ id: 'one', reason: 'rang +1 844 579 1189', by: 'crm' })

it('withdraws a callback that waits, with its job, and says who wanted it and why without a number', async () => {
  const bundle = await setup()
  const { redis, ref, recorder, startWorker } = bundle
  startWorker()
  await xadd(redis, ref, later)
  await recorder.next('callback.scheduled')
  await xcancel(bundle, 'cancel', wish)

  const [result] = await resultsOfAll(bundle, ['one'])
  expect(result).toMatchObject({ id: 'one', state: 'cancelled', code: 'cancelled' })
  await recorder.next('cancel.answered')
  expect(recorder.of('cancel.answered')).toMatchObject([{ id: 'one', outcome: 'cancelled' }])
  expect(await redis.hgetall(callbackKey(ref, 'one'))).toMatchObject({
    state: 'cancelled',
    cancelledBy: 'crm',
    cancelReason: 'rang +18•••89',
  })
  expect(await redis.exists(jobKey(ref, jobIdOf('one', 1)))).toBe(0)
  expect(await inboxCounts(redis, ref)).toEqual({ waiting: 0, pending: 0 })
})

it('finds what lies before it in the inbox, however both are taken in', async () => {
  const bundle = await setup()
  await xadd(bundle.redis, bundle.ref, later)
  await xcancel(bundle, 'cancel', wish)
  bundle.startWorker()
  const [result] = await resultsOfAll(bundle, ['one'])
  expect(result).toMatchObject({ state: 'cancelled', attempts: 0 })
})

it('waits for what lies before it with a bridge that has died', async () => {
  const bundle = await setup()
  const { redis, ref, recorder } = bundle
  await xadd(redis, ref, later)
  await ensureInboxGroup(redis, ref)
  await readNew(redis, ref, { consumer: 'dead', count: 1, blockMs: 1 })
  await xcancel(bundle, 'cancel', wish)
  bridgeAlone(bundle, { abandonedMs: 300, retentionMs: 60_000 })
  await recorder.next('cancel.answered')
  expect(await bundle.producer.status('one')).toMatchObject({ state: 'cancelled' })
  expect(await inboxCounts(redis, ref)).toEqual({ waiting: 0, pending: 0 })
})

it('lets an attempt that is under way go on, and no other one follow', async () => {
  const bundle = await setup()
  const { redis, ref, recorder, sandbox, startWorker } = bundle
  sandbox.setFaults([{ do: 'break', status: 503, delayMs: 1_500 }])
  startWorker()
  await xadd(redis, ref, one)
  await expect.poll(async () => (await bundle.producer.status('one'))?.state).toBe('attempting')
  await xcancel(bundle, 'cancel', wish)

  const [result] = await resultsOfAll(bundle, ['one'])
  expect(recorder.of('cancel.answered')).toMatchObject([{ outcome: 'under-way' }])
  expect(result).toMatchObject({ state: 'cancelled', attempts: 1 })
  expect(sandbox.counts().requests).toBe(1)
})

it('leaves alone what has been booked', async () => {
  const bundle = await setup()
  const { recorder, startWorker } = bundle
  startWorker()
  await xadd(bundle.redis, bundle.ref, one)
  await resultsOfAll(bundle, ['one'])
  await xcancel(bundle, 'cancel', wish)
  await recorder.next('cancel.answered')
  expect(recorder.of('cancel.answered')).toMatchObject([{ outcome: 'booked' }])
  expect(await bundle.producer.status('one')).toMatchObject({ state: 'booked' })
})

describe('a cancellation that cannot be done', () => {
  const many = 'x'.repeat(201)
  it.each<[string, (string | Buffer)[], string, string]>([
    [
      'of nothing that is known',
      ['cancel', wish],
      'callback-not-found',
      'id: there is no callback one',
    ],
    ['that is not JSON', ['cancel', 'one'], 'invalid-cancel', 'cancel: is not JSON'],
    [
      'that is not text',
      ['cancel', Buffer.of(0xff)],
      'invalid-cancel',
      'cancel: is not valid UTF-8',
    ],
    [
      'that is not an object',
      ['cancel', '"one"'],
      'invalid-cancel',
      'cancel: must be a JSON object',
    ],
    ['without an id', ['cancel', '{}'], 'invalid-cancel', 'id: is required'],
    ['of a number', ['cancel', '{"id":7}'], 'invalid-cancel', 'id: must be a string of 1 to 128'],
    [
      'with a field too many',
      ['cancel', '{"id":"one","why":"x"}'],
      'invalid-cancel',
      'why: is not a field',
    ],
    [
      'with a long reason',
      ['cancel', `{"id":"one","reason":"${many}"}`],
      'invalid-cancel',
      'reason: must be',
    ],
    [
      'that is given twice',
      ['cancel', wish, 'cancel', wish],
      'ambiguous-entry',
      'cancel: must be the only',
    ],
    [
      'beside an intent',
      ['intent', JSON.stringify(one), 'cancel', wish],
      'ambiguous-entry',
      'cancel: must',
    ],
  ])('%s becomes a dead letter of its own', async (_, values, code, message) => {
    const bundle = await setup()
    bridgeAlone(bundle)
    const entryId = await xcancel(bundle, ...values)
    const buried = await bundle.recorder.next('entry.buried')
    expect(buried).toMatchObject({ id: `inbox-${entryId}`, reason: 'invalid', code })
    expect(buried.message).toContain(message)
    expect(await inboxCounts(bundle.redis, bundle.ref)).toEqual({ waiting: 0, pending: 0 })
    expect(bundle.sandbox.bookings()).toEqual([])
  })
})
