export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** Nearest rank; of an even number of values the median is the mean of the two in the middle. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const last = sorted.length - 1
  if (share !== 0.5) return sorted[Math.min(last, Math.ceil(share * sorted.length) - 1)] ?? NaN
  const middle = last / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}

/** Median of the rounds' own ratios: a temporary load on the machine affects both halves of a round. */
export function medianRatio(ours: readonly number[], baseline: readonly number[]): number {
  return median(ours.map((value, round) => value / (baseline[round] ?? NaN)))
}
