const chosen = 'destination=~"$destination"'

/** What every worker reads from Redis alike: the greatest, never a sum. */
export function now(metric: string, ...labels: string[]): string {
  return `max by (${['destination', ...labels].join(', ')}) (${metric}{${chosen}})`
}

/** The same of what is no destination's. */
export function nowOfAll(metric: string, ...labels: string[]): string {
  const by = labels.length === 0 ? '' : ` by (${labels.join(', ')})`
  return `max${by} (${metric})`
}

/** What is counted a second, over all workers. */
export function perSecond(metric: string, by: readonly string[], selector = ''): string {
  return `sum by (${['destination', ...by].join(', ')}) (rate(${selected(metric, selector)}[$__rate_interval]))`
}

/** A minute: callbacks are counted in minutes where there are few. */
export function perMinute(metric: string, by: readonly string[], selector = ''): string {
  return `60 * ${perSecond(metric, by, selector)}`
}

/** What was counted in the past day, over all workers. */
export function inADay(metric: string, selector = ''): string {
  return `sum by (destination) (increase(${selected(metric, selector)}[1d]))`
}

export function quantile(of: number, histogram: string): string {
  return `histogram_quantile(${of}, ${perSecond(`${histogram}_bucket`, ['le'])})`
}

/** Of the processes that are workers: Node's own metrics come from others too. */
export function ofWorkers(metric: string): string {
  return `${metric} and on (job, instance) ringback_redis_up`
}

function selected(metric: string, selector: string): string {
  return `${metric}{${chosen}${selector === '' ? '' : `, ${selector}`}}`
}
