import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import {
  discardDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
  resolveDeadLetter,
  type DeadLetterSummary,
} from '../../src/shared/store/dead-letters/dead-letters.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { epochMsOf } from '../../src/shared/time/timestamp.ts'
import { seededIntegers } from '../support/seeded.ts'
import { destinations } from './destinations.ts'
import { whileConnected } from './redis-patience.ts'
import { retentionMs, times } from './times.ts'
import { namespace } from './worker-settings.ts'

/** What operators have done about dead letters. */
export interface Decisions {
  redriven: number
  resolvedBooked: number
  resolvedNotBooked: number
  /** Sent again although nobody knew whether they were booked. */
  redrivenInDoubt: number
  discarded: number
}

export function nothingDecided(): Decisions {
  const resolved = { resolvedBooked: 0, resolvedNotBooked: 0 }
  return { ...resolved, redriven: 0, redrivenInDoubt: 0, discarded: 0 }
}

export interface Operating {
  redisUrl: string
  sandbox: Sandbox
  seed: number
  decisions: Decisions
  /** Id → when its letter was discarded, epoch ms. */
  discarded: Map<string, number>
}

const roundMs = 3_000
const shownAtOnce = 200

/**
 * Operators at work, until the signal. Of what was refused, exhausted or strayed they redrive some and discard a few. For what
 * is uncertain most look into Salesforce and resolve it by what they see; some redrive it without looking.
 */
export async function operate(operating: Operating, signal: AbortSignal): Promise<void> {
  const draw = seededIntegers(operating.seed)
  const oneIn = (count: number) => draw(1, count) === 1
  await whileConnected(operating.redisUrl, async (patience) => {
    while (!signal.aborted) {
      for (const destination of destinations) {
        const ref = { namespace, destination }
        await patience((redis) =>
          workThrough({ store: openStore(redis, ref), oneIn, ...operating }),
        )
      }
      await systemClock.sleep(roundMs, signal).catch(() => undefined)
    }
  })
}

interface DestinationDesk extends Operating {
  store: DestinationStore
  oneIn: (count: number) => boolean
}

async function workThrough(desk: DestinationDesk): Promise<void> {
  const { store } = desk
  const letters = await listDeadLetters(store, { offset: 0, count: shownAtOnce })
  for (const letter of letters) {
    if (letter.reason === 'uncertain') await decideInDoubt(letter, desk)
    else if (isClear(letter)) await decideWhatIsClear(letter, desk)
  }
}

function isClear({ reason, code }: DeadLetterSummary): boolean {
  return ['refused', 'exhausted'].includes(reason) || code === 'unknown-destination'
}

async function decideWhatIsClear({ id }: DeadLetterSummary, desk: DestinationDesk): Promise<void> {
  const { store, decisions, discarded, oneIn } = desk
  const nowMs = systemClock.now()
  if (oneIn(3)) {
    const outcome = await redriveDeadLetter(store, { id, nowMs, retentionMs })
    if (outcome === 'redriven') decisions.redriven += 1
  } else if (oneIn(10)) {
    const outcome = await discardDeadLetter(store, { id, nowMs, retentionMs })
    if (outcome !== 'discarded') return
    decisions.discarded += 1
    discarded.set(id, nowMs)
  }
}

async function decideInDoubt(letter: DeadLetterSummary, desk: DestinationDesk): Promise<void> {
  if (!desk.oneIn(30)) return resolveHonestly(letter, desk)
  const { store, decisions } = desk
  const outcome = await redriveDeadLetter(store, {
    id: letter.id,
    nowMs: systemClock.now(),
    retentionMs,
  })
  if (outcome === 'redriven') decisions.redrivenInDoubt += 1
}

/** The call's id is the callback's: see intentOf. */
async function resolveHonestly(
  { id, diedAt }: DeadLetterSummary,
  desk: DestinationDesk,
): Promise<void> {
  const { store, sandbox, decisions } = desk
  const nowMs = systemClock.now()
  if (nowMs - epochMsOf(diedAt) < times.operatorPatienceMs) return
  const recordId = sandbox.bookingsOf(id)[0]?.recordId
  const reply = await resolveDeadLetter(store, { id, nowMs, retentionMs, recordId })
  if (reply === 'booked') decisions.resolvedBooked += 1
  if (reply === 'redriven') decisions.resolvedNotBooked += 1
}
