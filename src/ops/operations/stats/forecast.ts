/** What is known of how a backlog goes on. */
export interface Course {
  /** Callbacks that are due. */
  due: number
  /** What may be sent a second, if all stays as it is. */
  perSecond: number
  nowMs: number
}

/** What becomes due within a span of time. */
export interface Arrival {
  beganMs: number
  due: number
}

/** How many are due, and not sent, at the end of each span. What is accepted meanwhile is not in it: nobody knows it. */
export function forecastBacklog(
  { due, perSecond, nowMs }: Course,
  arrivals: readonly Arrival[],
  spanMs: number,
): number[] {
  let backlog = due
  return arrivals.map((arrival) => {
    const leftMs = arrival.beganMs + spanMs - Math.max(nowMs, arrival.beganMs)
    const sent = leftMs > 0 ? (perSecond * leftMs) / 1_000 : 0
    backlog = Math.max(0, Math.round(backlog + arrival.due - sent))
    return backlog
  })
}
