import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import {
  listDeadLetters,
  redriveDeadLetter,
  resolveDeadLetter,
  type DeadLetterSummary,
} from '../../src/shared/dead-letters/dead-letters.ts'
import type { Redis } from '../../src/shared/redis/connection.ts'
import type { Place } from '../../src/shared/redis/keys.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { epochMsOf } from '../../src/shared/time/timestamp.ts'
import { seededIntegers } from '../support/seeded.ts'
import { destinations } from './destinations.ts'
import { whileConnected } from './redis-patience.ts'
import { times } from './times.ts'
import { namespace } from './worker-settings.ts'

/** What people have done about dead letters. */
export interface Decisions {
  redriven: number
  resolvedBooked: number
  resolvedNotBooked: number
}

export interface Operating {
  redisUrl: string
  sandbox: Sandbox
  seed: number
  decisions: Decisions
}

const roundMs = 3_000
const shownAtOnce = 200
const retentionMs = 24 * 3_600_000

/**
 * People at their desks, until the signal: they redrive some of what was refused or exhausted, and for what is uncertain
 * they look into Salesforce and say what they see.
 */
export async function operate(operating: Operating, signal: AbortSignal): Promise<void> {
  const draw = seededIntegers(operating.seed)
  const isLucky = () => draw(1, 3) === 1
  await whileConnected(operating.redisUrl, async (patience) => {
    while (!signal.aborted) {
      for (const destination of destinations) {
        const place = { namespace, destination }
        await patience((redis) => goThrough({ redis, place, isLucky, ...operating }))
      }
      await systemClock.sleep(roundMs, signal).catch(() => undefined)
    }
  })
}

interface Desk extends Operating {
  redis: Redis
  place: Place
  isLucky: () => boolean
}

async function goThrough(desk: Desk): Promise<void> {
  const { redis, place } = desk
  const letters = await listDeadLetters(redis, place, { offset: 0, count: shownAtOnce })
  for (const letter of letters) {
    if (letter.reason === 'uncertain') await resolveHonestly(letter, desk)
    else if (['refused', 'exhausted'].includes(letter.reason)) await redriveSome(letter, desk)
  }
}

async function redriveSome({ id }: DeadLetterSummary, desk: Desk): Promise<void> {
  if (!desk.isLucky()) return
  const { redis, place, decisions } = desk
  const outcome = await redriveDeadLetter(redis, place, { id, nowMs: systemClock.now() })
  if (outcome === 'redriven') decisions.redriven += 1
}

/** The call's id is the callback's: see intentOf. */
async function resolveHonestly({ id, diedAt }: DeadLetterSummary, desk: Desk): Promise<void> {
  const { redis, place, sandbox, decisions } = desk
  const nowMs = systemClock.now()
  if (nowMs - epochMsOf(diedAt) < times.operatorPatienceMs) return
  const recordId = sandbox.bookingsOf(id)[0]?.recordId
  const reply = await resolveDeadLetter(redis, place, { id, nowMs, retentionMs, recordId })
  if (reply === 'booked') decisions.resolvedBooked += 1
  if (reply === 'redriven') decisions.resolvedNotBooked += 1
}
