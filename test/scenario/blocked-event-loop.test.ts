/** A worker's event loop stands still for longer than its lock: it renews nothing, notices nothing, and then goes on. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll, resultsUntil } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { temporaryFolder } from '../unit/shared/config/temporary-folder.ts'

const blocking = new URL('../support/block-event-loop.mjs', import.meta.url).href
/** The block is not a reason to give up an attempt. */
const longAttempt = { RINGBACK_ATTEMPT_TIMEOUT: '1m', RINGBACK_SHUTDOWN_DEADLINE: '2m' }

it('sends nothing any more when a worker stood still before its request was sent', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  const late = await takenOverWhileBlocked(bundle, 'got:request:create')

  expect(late).toMatchObject({
    attempt: 1,
    outcome: 'unavailable',
    code: 'lock-at-risk',
    settlement: 'stale',
  })
  expect(sandbox.bookingsOf('one')).toHaveLength(1)
  expect(sandbox.counts().requests).toBe(1)
  // Whoever took over could not know that.
  expect(await producer.status('one')).toMatchObject({
    state: 'booked',
    attempts: 2,
    possibleDuplicate: true,
    otherRecordIds: [],
  })
}, 60_000)

it('marks the callback and records both bookings when a worker stood still when the answer had come', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  const late = await takenOverWhileBlocked(bundle, 'got:response:start')

  expect(late).toMatchObject({ attempt: 1, outcome: 'booked', settlement: 'double-booking' })
  expect(sandbox.bookingsOf('one')).toHaveLength(2)
  expect(await producer.status('one')).toMatchObject({
    state: 'booked',
    attempts: 2,
    possibleDuplicate: true,
    otherRecordIds: [late['recordId']],
  })
  const results = await resultsUntil(bundle, ({ length }) => length === 2)
  expect(results.map(({ possibleDuplicate }) => possibleDuplicate)).toEqual([true, true])
}, 60_000)

/** What the worker says of its attempt that stood still there, until another one had booked the callback. */
async function takenOverWhileBlocked(bundle: Bundle, channel: string) {
  const until = join(temporaryFolder(), 'go-on')
  const blocked = await startWorkerProcess(bundle, {
    ...longAttempt,
    NODE_OPTIONS: `--import=${blocking}`,
    RINGBACK_TEST_BLOCK_AT: channel,
    RINGBACK_TEST_BLOCK_UNTIL: until,
  })
  await sendRaw(bundle, sampleCallback('one'))
  await blocked.next('test.blocked')

  await startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '4s' })
  await resultsOfAll(bundle, ['one'])
  writeFileSync(until, '')
  return await blocked.next('attempt.settled')
}
