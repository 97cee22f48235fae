import type { Rate } from '../control/shown-control.ts'
import type { OfDestination } from '../destination/by-destination.ts'
import { addedUp, sumOf } from '../destination/in-sum.ts'
import type { DestinationStats, Drain, ShownWorker } from './destination-stats.ts'
import type { Standing } from './standing.ts'

/** What a destination comes to as a whole: of several partitions, in sum. */
export interface Figures {
  inbox: number
  deadLetters: number
  /** Undefined where there is none. */
  oldestLetterAgeMs: number | undefined
  booked: number
  inDoubt: Standing['inDoubt']
  counts: Pick<DestinationStats['counts'], 'due' | 'waiting' | 'dueWithinHour' | 'underWay'>
  retryingByCode: DestinationStats['retryingByCode']
  oldestDueAt: string | undefined
  nextDueAt: string | undefined
  perSecond: Pick<DestinationStats['perSecond'], 'accepted' | 'attempts' | 'booked'>
  drain: Drain
  /** Undefined: not known of all. */
  rate: { configured: Rate | undefined; current: Rate | undefined }
  /** The living: each serves all partitions. */
  workers: ShownWorker[]
  isRedisSafe: boolean | undefined
  memoryUsedRatio: number | undefined
}

export function figuresOf({ parts }: OfDestination<Standing>): Figures {
  const [{ judged }] = parts
  const stats = parts.map((part) => part.stats)
  const sum = (count: (of: DestinationStats) => number) => sumOf(stats.map(count))
  const [oldestDueAt] = stats.flatMap((each) => each.oldestDueAt ?? []).toSorted()
  const [nextDueAt] = stats.flatMap((each) => each.nextDueAt ?? []).toSorted()
  const letterAges = parts.flatMap((part) => part.judged.deadLettersOldestAgeMs ?? [])
  return {
    inbox: sum(({ inbox }) => inbox),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    oldestLetterAgeMs: letterAges.length === 0 ? undefined : Math.max(...letterAges),
    booked: sum(({ booked }) => booked),
    inDoubt: inDoubtOf(parts),
    counts: {
      due: sum(({ counts }) => counts.due),
      waiting: sum(({ counts }) => counts.waiting),
      dueWithinHour: sum(({ counts }) => counts.dueWithinHour),
      underWay: sum(({ counts }) => counts.underWay),
    },
    retryingByCode: addedUp(stats.map(({ retryingByCode }) => retryingByCode)),
    oldestDueAt,
    nextDueAt,
    perSecond: {
      accepted: rounded(sum(({ perSecond }) => perSecond.accepted)),
      attempts: rounded(sum(({ perSecond }) => perSecond.attempts)),
      booked: rounded(sum(({ perSecond }) => perSecond.booked)),
    },
    drain: lastDrain(stats),
    rate: {
      configured: rateOfAll(stats.map(({ rate }) => rate.configured)),
      current: rateOfAll(stats.map(({ rate }) => rate.current)),
    },
    workers: eachOnce(stats.flatMap(({ workerDetails }) => workerDetails)),
    isRedisSafe: judged.isRedisSafe,
    memoryUsedRatio: judged.memoryUsedRatio,
  }
}

function inDoubtOf(parts: readonly Standing[]): Figures['inDoubt'] {
  const helds = parts.flatMap(({ inDoubt }) => inDoubt.held ?? [])
  return {
    verifying: sumOf(parts.map(({ inDoubt }) => inDoubt.verifying)),
    held: helds.length < parts.length ? undefined : sumOf(helds),
  }
}

/** They send side by side: the whole is done when the last of them is. */
function lastDrain(stats: readonly DestinationStats[]): Drain {
  const drains = stats.filter(({ counts }) => counts.due > 0).map(({ drain }) => drain)
  const unknown = drains.find(({ seconds }) => seconds === undefined)
  const [last = {}] = drains.toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))
  return unknown ?? last
}

function rateOfAll(rates: readonly (Rate | undefined)[]): Rate | undefined {
  if (rates.includes(undefined)) return undefined
  const numbers = rates.filter((rate) => typeof rate === 'number')
  return numbers.length < rates.length ? 'none' : Number(sumOf(numbers).toPrecision(6))
}

function eachOnce(workers: readonly ShownWorker[]): ShownWorker[] {
  return [...new Map(workers.map((worker) => [worker.name, worker])).values()]
}

function rounded(perSecond: number): number {
  return Number(perSecond.toFixed(2))
}
