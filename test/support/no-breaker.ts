/** A circuit breaker that is off: many that die in a row are no outage here. */
export const noBreaker = {
  isOn: false,
  attempts: 1,
  failurePercent: 1,
  windowMs: 30_000,
  uncertainInARow: 5,
  refusalsInARow: 1_000,
  probe: { leastMs: 300, mostMs: 300 },
  rampMs: 10,
}
