import { Gauge, type Registry } from 'prom-client'

/**
 * Gauges of destinations that are served no more would keep their last values, and an alert about one of them would never end.
 * Counters stay: what was counted was.
 */
export function createForgetting(
  registry: Registry,
): (destinations: readonly string[]) => Promise<void> {
  let known = new Set<string>()
  return async (destinations) => {
    const now = new Set(destinations)
    const gone = new Set([...known].filter((name) => !now.has(name)))
    known = now
    if (gone.size === 0) return
    for (const metric of registry.getMetricsAsArray()) {
      if (metric instanceof Gauge) await forget(metric, gone)
    }
  }
}

async function forget(gauge: Gauge, gone: ReadonlySet<string>): Promise<void> {
  const { values } = await gauge.get()
  for (const { labels } of values) {
    if (gone.has(String(labels['destination']))) gauge.remove(labels)
  }
}
