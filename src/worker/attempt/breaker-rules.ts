import type { DestinationConfig } from '../../shared/config/config.ts'

/** As breaker.lua reads them; undefined: there is no breaker. */
export function breakerRulesOf(breaker: DestinationConfig['breaker']): string | undefined {
  if (!breaker.isOn) return undefined
  const { attempts, failurePercent, windowMs, uncertainInARow, refusalsInARow } = breaker
  const { probe, rampMs } = breaker
  const inARow = [uncertainInARow ?? 0, refusalsInARow ?? 0]
  return [attempts, failurePercent, windowMs, ...inARow, probe.leastMs, probe.mostMs, rampMs].join(
    ' ',
  )
}
