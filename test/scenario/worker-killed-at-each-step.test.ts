/**
 * A worker is killed between two steps of a callback's way. The network between it and Redis is cut at exactly that step,
 * then the process is killed; what it had sent further down is what a crash would have lost.
 */
import { expect, it } from 'vitest'

import { jobIdOf } from '../../src/shared/contract/ids.ts'
import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { startRedisProxy, type RedisProxy } from '../support/redis-proxy.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

type Step = (command: readonly string[]) => boolean

interface Case {
  cut: (proxy: RedisProxy) => Promise<void>
  /** What Salesforce has booked in the end. */
  bookings: number
  /** True if nobody could know whether an attempt was taken. */
  marked: boolean
  attempts: number
  /** Salesforce refuses the first attempt for now, so that a second one has to be planned. */
  unavailable?: true
}

const before = (step: Step) => (proxy: RedisProxy) => proxy.cutOffBefore(step)
const after = (step: Step) => (proxy: RedisProxy) => proxy.cutOffAfter(step)
const once = { bookings: 1, marked: false, attempts: 1 }

const cases: [when: string, Case][] = [
  ['before the ledger is opened', { cut: before(opening), ...once }],
  ['after the ledger was opened', { cut: after(opening), ...once }],
  ['after the job was queued', { cut: after(queueing), ...once }],
  ['after the entry was confirmed', { cut: after(confirming), ...once }],
  ['before the attempt is opened', { cut: before(beginning), ...once }],
  [
    'after the attempt was opened',
    { cut: after(beginning), bookings: 1, marked: true, attempts: 2 },
  ],
  [
    'before the booking is recorded',
    { cut: before(settling), bookings: 2, marked: true, attempts: 2 },
  ],
  ['after the booking was recorded', { cut: after(settling), ...once }],
  [
    'after a failed attempt was recorded, before the next is planned',
    { cut: after(settling), ...once, attempts: 2, unavailable: true },
  ],
]

it.each(cases)(
  'loses nothing and books nothing twice unmarked when a worker dies %s',
  async (_, given) => {
    const bundle = await setup()
    const { sandbox, producer } = bundle
    const proxy = await startRedisProxy(bundle.redisUrl)
    const victim = await startWorkerProcess(bundle, { RINGBACK_REDIS_URL: proxy.url })
    // Now the worker is at work, and Redis knows every script: each command of the next callback is one of its steps.
    await sendRaw(bundle, sampleCallback('first'))
    await resultsOfAll(bundle, ['first'])
    if (given.unavailable) sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])

    const cut = given.cut(proxy)
    await sendRaw(bundle, sampleCallback('second'))
    await cut
    await victim.kill()
    bundle.startWorker({ lockMs: 3_000 })
    const results = await resultsOfAll(bundle, ['second'])

    const { marked: possibleDuplicate, attempts, bookings } = given
    expect(results.filter(({ id }) => id === 'second')).toMatchObject([
      { state: 'booked', attempts, possibleDuplicate },
    ])
    expect(sandbox.bookingsOf('second')).toHaveLength(bookings)
    expect(await producer.status('second')).toMatchObject({
      state: 'booked',
      attempts,
      possibleDuplicate,
    })
  },
)

/** Scripts are told apart by their keys: those of open, confirm, begin and settle differ. */
function opening(command: readonly string[]): boolean {
  return hasKeys(command, ['callback:second', 'inbox', 'dead-letters'])
}

function confirming(command: readonly string[]): boolean {
  return hasKeys(command, ['callback:second', 'inbox'])
}

function beginning(command: readonly string[]): boolean {
  return hasKeys(command, ['callback:second'])
}

function settling(command: readonly string[]): boolean {
  // The fifth key names the ContactRequest, if there is one.
  const [name, sha = '', count, ...rest] = command
  if (count !== '5') return false
  const known = [name ?? '', sha, '4', ...rest]
  return hasKeys(known, ['callback:second', 'results', 'dead-letters', 'stats'])
}

/** BullMQ's own script to add a job: the first command of all that names the job. */
function queueing(command: readonly string[]): boolean {
  return command[0] === 'evalsha' && command.some((text) => text.includes(jobIdOf('second', 1)))
}

function hasKeys([name, , count, ...rest]: readonly string[], ends: readonly string[]): boolean {
  if (name !== 'evalsha' || Number(count) !== ends.length) return false
  return ends.every((end, index) => rest[index]?.endsWith(`:${end}`))
}
