/** The most of these times, in rising order, in any window of that length, wherever it begins. */
export function mostWithin(windowMs: number, times: readonly number[]): number {
  let first = 0
  let most = 0
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) >= windowMs) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}

/** When the window of that length that ends with one of these times, in rising order, first holds so many of them. */
export function firstTimeWith(
  { windowMs, count }: { windowMs: number; count: number },
  times: readonly number[],
): number | undefined {
  return times.find((time, index) => time - (times[index - count + 1] ?? -Infinity) < windowMs)
}
