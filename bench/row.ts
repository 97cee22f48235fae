import { median, medianRatio } from './statistics.ts'

/** One line of the result: ours, the baseline's, and the goal. */
export interface Row {
  metric: string
  unit: string
  ours: number
  /** Undefined where only ours is of interest. */
  baseline: number | undefined
  /** Ours to the baseline's, median of the rounds; undefined for an absolute metric. */
  ratio: number | undefined
  goal: string | undefined
}

/** Of what the baseline has nothing to be compared with. */
export function ownRow(
  metric: string,
  unit: string,
  { ours, goal }: { ours: number; goal?: string },
): Row {
  return { metric, unit, ours, baseline: undefined, ratio: undefined, goal }
}

export interface Rounds {
  metric: string
  unit: string
  ours: readonly number[]
  baseline: readonly number[]
  goal?: string
}

/** One value for each round and implementation. */
export function rowOfRounds({ metric, unit, ours, baseline, goal }: Rounds): Row {
  return {
    metric,
    unit,
    ours: median(ours),
    baseline: median(baseline),
    ratio: medianRatio(ours, baseline),
    goal,
  }
}
