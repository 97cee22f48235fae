/** A worker's event loop stands still for longer than its lock: it renews nothing, notices nothing, and then goes on. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll, resultsUntil } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { temporaryFolder } from '../unit/shared/config/temporary-folder.ts'

const blocking = new URL('../support/block-event-loop.mjs', import.meta.url).href
/** The block is no reason to give an attempt up. */
const longAttempt = { RINGBACK_ATTEMPT_TIMEOUT: '1m', RINGBACK_SHUTDOWN_DEADLINE: '2m' }

it.each([
  ['before its request is sent', 'got:request:create'],
  ['when the answer has come', 'got:response:start'],
])(
  'marks the callback and records both bookings when a worker stands still %s',
  async (_, channel) => {
    const bundle = await setup()
    const { sandbox, producer } = bundle
    const until = join(temporaryFolder(), 'go-on')
    const blocked = await startWorkerProcess(bundle, {
      ...longAttempt,
      NODE_OPTIONS: `--import=${blocking}`,
      RINGBACK_TEST_BLOCK_AT: channel,
      RINGBACK_TEST_BLOCK_UNTIL: until,
    })
    await sendRaw(bundle, sampleCallback('twice'))
    await blocked.next('test.blocked')

    await startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '4s' })
    await resultsOfAll(bundle, ['twice'])
    writeFileSync(until, '')
    const late = await blocked.next('attempt.settled')

    expect(late).toMatchObject({ attempt: 1, outcome: 'booked', settlement: 'double-booking' })
    expect(sandbox.bookingsOf('twice')).toHaveLength(2)
    expect(await producer.status('twice')).toMatchObject({
      state: 'booked',
      attempts: 2,
      possibleDuplicate: true,
      otherRecordIds: [late['recordId']],
    })
    const results = await resultsUntil(bundle, ({ length }) => length === 2)
    expect(results.map(({ possibleDuplicate }) => possibleDuplicate)).toEqual([true, true])
  },
  60_000,
)
