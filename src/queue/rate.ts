/** Jobs a window, and the window in ms: BullMQ's limiter, which all workers of a queue share. */
export interface Limiter {
  max: number
  duration: number
}

/**
 * A rate as evenly spaced as BullMQ can hold it. One job a window is the most even, but measured with BullMQ 6.7 it
 * loses 3.5 % at windows of 20 ms and 5.6 % at 10 ms, and is within 1 % at 100 ms; groups of five in 100 ms lost nothing.
 * So windows are never shorter than 50 ms: up to 20 a second one by one, above that in groups. On a busy machine a group
 * that comes late falls together with the next one, and a rate of 200 is both missed and, for a second, exceeded.
 */
export function limiterFor(ratePerSecond: number): Limiter {
  const shortestWindowMs = 50
  const max = Math.max(1, Math.ceil((ratePerSecond * shortestWindowMs) / 1000))
  return { max, duration: Math.round((1000 * max) / ratePerSecond) }
}
