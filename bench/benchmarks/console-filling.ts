import type { Redis } from 'ioredis'

import { jobIdOf } from '../../src/shared/contract/ids.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  deadLettersKey,
  delayedJobsKey,
  historyKey,
  resultsKey,
} from '../../src/shared/redis/keys.ts'
import { registerSeen } from '../../src/shared/store/destinations/registry.ts'
import { isoTimestamp } from '../../src/shared/time/timestamp.ts'
import type { BenchEnvironment } from '../environment.ts'
import type { BenchRun } from '../implementation.ts'
import { sampleIntent } from '../sample-intent.ts'

export interface Filling {
  waiting: number
  dead: number
}

const minutesOfADay = 1_440
const ends = 20_000
const dayMs = 24 * 3_600_000
/** Dead letters are numbered from here on. */
const firstDead = 10_000_000
const atATime = 2_000

/** One of so many has this reason. */
export const rareReason = 'expired'
const rareOneIn = 5_000

/**
 * What a day leaves in Redis, written by pipelines: the hash of a callback that a worker has taken in is copied, and those of dead ones get
 * what `settle` writes. Jobs have no hash: the console reads none.
 */
export async function fillForConsole(
  bench: BenchEnvironment,
  run: BenchRun,
  { waiting, dead }: Filling,
): Promise<DestinationStore> {
  const template = await templateOf(bench, run)
  const store = openStore(bench.redis, { namespace: run.name, destination: 'default' })
  await registerSeen(store)
  await inPipelines(store.redis, waiting, (pipeline, n) =>
    letWait(pipeline, { store, template, n }),
  )
  await inPipelines(store.redis, dead, (pipeline, n) => letDie(pipeline, { store, template, n }))
  await inPipelines(store.redis, ends, (pipeline, n) => {
    const { id = '' } = sampleIntent(n)
    const said = ['id', id, 'state', 'booked', 'attempts', '1', 'recordId', '0LQHs000000Kmpy']
    pipeline.xadd(resultsKey(store.ref), '*', ...said, 'at', isoTimestamp(Date.now()))
  })
  await inPipelines(store.redis, minutesOfADay, (pipeline, n) => {
    const beganMs = (Math.floor(Date.now() / 60_000) - minutesOfADay + n) * 60_000
    const counted = ['accepted', 'booked', 'failed', 'deadEver', 'due', 'waiting', 'underWay']
    const said = counted.flatMap((name) => [name, String(n % 97)])
    pipeline.xadd(historyKey(store.ref), `${beganMs}-0`, ...said)
  })
  bench.say(`${waiting} wait, ${dead} are dead`)
  return store
}

type Hash = Readonly<Record<string, string>>
type Pipeline = ReturnType<Redis['pipeline']>

/** The only callback so far, as a worker has taken it in. */
async function templateOf(bench: BenchEnvironment, run: BenchRun): Promise<Hash> {
  const one = { way: 'xadd', count: 1, inFlight: 1, delayMs: dayMs } as const
  await bench.ringback.ask({ kind: 'submit', run, ...one })
  await bench.ringback.ask({ kind: 'settle-in', run })
  const { id = '' } = sampleIntent(0)
  const ref = { namespace: run.name, destination: 'default' }
  const hash = await bench.redis.hgetall(callbackKey(ref, id))
  if (hash['state'] !== 'scheduled') throw new Error('the callback to be copied was not taken in')
  return hash
}

/** As the ledger has it, of another customer. */
function intentLike({ intent = '' }: Hash, n: number): { id: string; intent: string } {
  const { id = '', callId, callbackNumber } = sampleIntent(n)
  const stored: unknown = JSON.parse(intent)
  return { id, intent: JSON.stringify(Object.assign({}, stored, { id, callId, callbackNumber })) }
}

interface Copy {
  store: DestinationStore
  template: Hash
  n: number
}

function letWait(pipeline: Pipeline, { store: { ref }, template, n }: Copy): void {
  const { id, intent } = intentLike(template, n)
  const dueMs = Date.now() + (n % dayMs)
  const changed = { intent, dueAt: isoTimestamp(dueMs) }
  pipeline.hset(callbackKey(ref, id), { ...template, ...changed })
  pipeline.zadd(delayedJobsKey(ref), dueMs * 4_096, jobIdOf(id, 1))
}

function letDie(pipeline: Pipeline, { store: { ref }, template, n }: Copy): void {
  const { id, intent } = intentLike(template, firstDead + n)
  const diedMs = Date.now() - dayMs + n
  const died = isoTimestamp(diedMs)
  const isRare = n % rareOneIn === rareOneIn - 1
  pipeline.hset(callbackKey(ref, id), {
    ...template,
    intent,
    state: 'dead',
    reason: isRare ? rareReason : n % 3 === 0 ? 'refused' : 'exhausted',
    code: isRare ? 'expired' : `http-${400 + (n % 20)}`,
    message:
      'Salesforce says: the voice call that this is about does not exist, or is not of this center.',
    attempts: '3',
    updatedAt: died,
    'attempt:1': JSON.stringify({
      attempt: 1,
      startedAt: died,
      endedAt: died,
      outcome: 'unavailable',
    }),
  })
  pipeline.zadd(deadLettersKey(ref), diedMs, id)
}

async function inPipelines(
  redis: Redis,
  count: number,
  write: (pipeline: Pipeline, n: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += atATime) {
    const pipeline = redis.pipeline()
    for (let n = from; n < Math.min(count, from + atATime); n += 1) write(pipeline, n)
    const replies = await pipeline.exec()
    const failed = replies?.find(([error]) => error !== null)?.[0]
    if (failed !== undefined && failed !== null) throw failed
  }
}
