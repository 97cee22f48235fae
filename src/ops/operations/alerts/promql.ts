/** Every worker reads the same from Redis: never a sum. */
export function most(metric: string): string {
  return `max without (instance, pod) (${metric})`
}

export function least(metric: string): string {
  return `min without (instance, pod) (${metric})`
}

/** What all workers have counted in that time. Other labels that are to be added up come after it. */
export function grownBy(metric: string, within: string, ...others: string[]): string {
  return `sum without (${['instance', 'pod', ...others].join(', ')}) (increase(${metric}[${within}]))`
}

/**
 * Whether it has been counted at all. `increase` sees nothing in a series that is born with its first count; what was not there
 * before and is above 0 has grown all the same.
 */
export function hasGrown(metric: string, within: string, ...others: string[]): string {
  const labels = ['instance', 'pod', ...others].join(', ')
  const born = `sum without (${labels}) (${metric} unless ${metric} offset ${within})`
  return `(${grownBy(metric, within, ...others)} > 0) or (${born} > 0)`
}

export function risenBy(metric: string, within: string): string {
  return `${most(metric)} - ${most(`${metric} offset ${within}`)}`
}

/** Not while somebody wants nothing to be sent. */
export function unlessPaused(expr: string): string {
  return `(${expr}) unless ${most('ringback_dispatch_paused')} == 1`
}
