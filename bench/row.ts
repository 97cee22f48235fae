import { median, medianRatio } from './statistics.ts'

/** One line of the result: ours, the rival's, and what became of the goal. */
export interface Row {
  figure: string
  unit: string
  ours: number
  /** Undefined where only ours is of interest. */
  rival: number | undefined
  /** Ours to the rival's, median of the rounds; undefined for an absolute figure. */
  ratio: number | undefined
  goal: string | undefined
}

export interface Rounds {
  figure: string
  unit: string
  ours: readonly number[]
  rival: readonly number[]
  goal?: string
}

/** One value a round and side. */
export function rowOfRounds({ figure, unit, ours, rival, goal }: Rounds): Row {
  return {
    figure,
    unit,
    ours: median(ours),
    rival: median(rival),
    ratio: medianRatio(ours, rival),
    goal,
  }
}
