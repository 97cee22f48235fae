export function sumOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

/** Counts by name, those of one name together. */
export function addedUp(counts: readonly Readonly<Record<string, number>>[]) {
  const total: Record<string, number> = {}
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) {
    total[name] = (Object.hasOwn(total, name) ? (total[name] ?? 0) : 0) + count
  }
  return total
}
