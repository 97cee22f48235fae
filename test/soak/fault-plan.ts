import type { Fault as SandboxFault } from '../../src/sandbox/faults.ts'
import { seededIntegers } from '../support/seeded.ts'
import { times } from './times.ts'
import { drawSalesforceFaults } from './salesforce-faults.ts'

/** `slot`: the place of a worker, whoever fills it at the moment. */
export type PlannedFault =
  /** SIGKILL; another one starts after `restMs`. */
  | { kind: 'worker-killed'; slot: number; restMs: number }
  /** SIGTERM; likewise. */
  | { kind: 'worker-stopped'; slot: number; restMs: number }
  /** SIGSTOP, then SIGCONT: longer than its lock. */
  | { kind: 'worker-frozen'; slot: number; forMs: number }
  /** Its event loop stands still, likewise. */
  | { kind: 'worker-blocked'; slot: number; forMs: number }
  /** Its connections to Redis carry nothing any more, and neither end is told. */
  | { kind: 'worker-silenced'; slot: number }
  /** Redis is slow, for it alone. */
  | { kind: 'worker-slowed'; slot: number; forMs: number }
  /** SIGKILL; it comes back with its data. */
  | { kind: 'redis-killed'; restMs: number }
  /** SIGTERM; likewise. */
  | { kind: 'redis-stopped'; restMs: number }
  | { kind: 'redis-frozen'; forMs: number }
  | { kind: 'redis-full'; forMs: number }
  | { kind: 'scripts-flushed' }
  /** The network to Salesforce swallows everything. */
  | { kind: 'salesforce-silenced'; forMs: number }
  | { kind: 'salesforce-cut' }
  | { kind: 'salesforce-faults'; faults: SandboxFault[] }

export type FaultKind = PlannedFault['kind']

export interface FaultPlan {
  seed: number
  workers: number
  durationMs: number
}

type Draw = (least: number, most: number) => number

const makers: Record<FaultKind, (draw: Draw, workers: number) => PlannedFault> = {
  'worker-killed': (draw, workers) => ({
    kind: 'worker-killed',
    slot: slotOf(draw, workers),
    restMs: draw(0, 3_000),
  }),
  'worker-stopped': (draw, workers) => ({
    kind: 'worker-stopped',
    slot: slotOf(draw, workers),
    restMs: draw(0, 3_000),
  }),
  'worker-frozen': (draw, workers) => ({
    kind: 'worker-frozen',
    slot: slotOf(draw, workers),
    forMs: draw(times.shortestFreezeMs, times.longestFreezeMs),
  }),
  'worker-blocked': (draw, workers) => ({
    kind: 'worker-blocked',
    slot: slotOf(draw, workers),
    forMs: draw(times.shortestFreezeMs, times.longestFreezeMs),
  }),
  'worker-silenced': (draw, workers) => ({
    kind: 'worker-silenced',
    slot: slotOf(draw, workers),
  }),
  'worker-slowed': (draw, workers) => ({
    kind: 'worker-slowed',
    slot: slotOf(draw, workers),
    forMs: draw(2_000, 6_000),
  }),
  'redis-killed': (draw) => ({ kind: 'redis-killed', restMs: draw(0, 2_000) }),
  'redis-stopped': (draw) => ({ kind: 'redis-stopped', restMs: draw(0, 2_000) }),
  'redis-frozen': (draw) => ({ kind: 'redis-frozen', forMs: draw(500, 5_000) }),
  'redis-full': (draw) => ({ kind: 'redis-full', forMs: draw(500, 3_000) }),
  'scripts-flushed': () => ({ kind: 'scripts-flushed' }),
  'salesforce-silenced': (draw) => ({ kind: 'salesforce-silenced', forMs: draw(500, 4_000) }),
  'salesforce-cut': () => ({ kind: 'salesforce-cut' }),
  'salesforce-faults': (draw) => ({
    kind: 'salesforce-faults',
    faults: drawSalesforceFaults(draw),
  }),
}

export const faultKinds = Object.keys(makers) as FaultKind[]

/** What a bag holds: each kind once, and more of Salesforce's faults, which change all the time, and of the worst. */
const bag: readonly FaultKind[] = [
  ...faultKinds,
  ...([
    'salesforce-faults',
    'salesforce-faults',
    'salesforce-faults',
    'salesforce-faults',
  ] as const),
  ...(['worker-killed', 'worker-frozen'] as const),
]

/** A shorter soak has a faster bag: every kind comes in each. */
const longestBagMs = 60_000

export interface TimedFault {
  atMs: number
  fault: PlannedFault
}

/** Pure. Kinds are drawn from a bag without putting back, so that none is left out for long; then from a new one. */
export function planFaults({ seed, workers, durationMs }: FaultPlan): TimedFault[] {
  const draw = seededIntegers(seed)
  const stepMs = Math.min(longestBagMs, durationMs) / (bag.length + 1)
  const count = Math.floor(durationMs / stepMs)
  const kinds = Array.from({ length: Math.ceil(count / bag.length) }, () => shuffled(bag, draw))
  return kinds
    .flat()
    .slice(0, count)
    .map((kind, index) => ({
      atMs: Math.floor((index + draw(0, 100) / 100) * stepMs),
      fault: makers[kind](draw, workers),
    }))
}

function slotOf(draw: Draw, workers: number): number {
  return draw(0, workers - 1)
}

function shuffled<Item>(items: readonly Item[], draw: Draw): Item[] {
  return items
    .map((item) => ({ item, place: draw(0, 1_000_000_000) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
