import { sumOf } from '../destination/in-sum.ts'
import type { Repair, Repairs, Unreached } from './repair.ts'

/** Of a destination in partitions: in sum, and side by side. */
export interface RepairOfAll extends Pick<Repair, 'destination' | 'outcome' | 'waiting'> {
  expired: { found: number }
  partitions: readonly Repair[]
  unreached: readonly Unreached[]
}

export type RepairReport = Repair | RepairOfAll

export function reportOf({ destination, parts, unreached }: Repairs): RepairReport {
  const [first, ...others] = parts
  if (first !== undefined && others.length + unreached.length === 0) return first
  return {
    destination,
    outcome: outcomeOf(parts),
    waiting: {
      found: sumOf(parts.map(({ waiting }) => waiting.found)),
      retimed: sumOf(parts.map(({ waiting }) => waiting.retimed)),
      unreadable: sumOf(parts.map(({ waiting }) => waiting.unreadable)),
    },
    expired: { found: sumOf(parts.map(({ expired }) => expired.found)) },
    partitions: parts,
    unreached,
  }
}

/** What is left to do comes first. */
const order = ['incomplete', 'unconfirmed', 'dry-run', 'repaired', 'nothing-to-repair'] as const

function outcomeOf(parts: readonly Repair[]): Repair['outcome'] {
  return order.find((word) => parts.some(({ outcome }) => outcome === word)) ?? 'nothing-to-repair'
}
