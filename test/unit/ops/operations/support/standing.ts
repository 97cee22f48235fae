import type { DestinationStats } from '../../../../../src/ops/operations/stats/destination-stats.ts'
import type { Standing } from '../../../../../src/ops/operations/stats/standing.ts'

export interface Given {
  stats?: Partial<DestinationStats>
  judged?: Partial<Standing['judged']>
  held?: number | undefined
  pausedRuns?: Standing['pausedRuns']
}

const nothing = { retried: 0, ended: 0, held: 0, verifying: 0 }

/** Of a destination, or a partition, at which all is well. */
export function standing(destination: string, given: Given = {}): Standing {
  return {
    stats: { ...calm, destination, ...given.stats },
    judged: { ...quiet, ...given.judged },
    inDoubt: { verifying: 0, held: 'held' in given ? given.held : 0 },
    pausedRuns: given.pausedRuns ?? [],
  }
}

const calm: DestinationStats = {
  destination: '',
  dispatch: 'running',
  intake: 'running',
  breaker: { state: 'closed' },
  rate: { configured: 3, current: 3, slowed: false },
  workers: 1,
  workerDetails: [
    {
      name: 'host-1',
      version: '1.0.0',
      startedAt: '2026-02-26T15:00:00.000Z',
      heardAt: '2026-02-26T15:40:00.000Z',
    },
  ],
  disagreements: [],
  counts: { due: 0, waiting: 0, dueWithinHour: 0, underWay: 0, retrying: 0 },
  retryingByCode: {},
  perSecond: { accepted: 0, dueAtOnce: 0, attempts: 0, booked: 0 },
  drain: { seconds: 0 },
  inbox: 0,
  door: 0,
  deadLetters: 0,
  booked: 0,
  dead: { invalid: 0, refused: 0, exhausted: 0, expired: 0, uncertain: 0 },
  possibleDuplicates: 0,
  doubleBookings: 0,
  sameNumber: { '2': 0, '3-5': 0, '6+': 0 },
  uncertain: {
    ...nothing,
    verifiedBooked: 0,
    verifiedNotBooked: 0,
    resolvedBooked: 0,
    resolvedNotBooked: 0,
  },
}

const quiet: Standing['judged'] = {
  isRedisUp: true,
  isRedisSafe: true,
  memoryUsedRatio: undefined,
  workers: 1,
  versions: 1,
  inboxOldestAgeMs: 0,
  due: 0,
  dueOldestAgeMs: 0,
  isPaused: false,
  isBreakerOpen: false,
  rate: 3,
  isAuthorized: undefined,
  streamAheadMs: 0,
  lastBookingAgeMs: 0,
  deadLettersOldestAgeMs: undefined,
  diedLately: 0,
}
