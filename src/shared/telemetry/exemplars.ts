import { Registry, type OpenMetricsContentType } from 'prom-client'

/**
 * Samples that name a trace which they stand for (OpenMetrics 1.0, section 4.6.1), by what the same line says in Prometheus' text,
 * which has no place for them.
 */
export type Exemplars = ReadonlyMap<string, string>

/** For histograms only: prom-client renames the counters of such a registry for good. */
export function createExemplarRegistry(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return registry
}

export async function readExemplars(
  registry: Registry<OpenMetricsContentType>,
): Promise<Exemplars> {
  const lines = (await registry.metrics()).split('\n')
  return new Map(
    lines.flatMap((line) => {
      const end = line.indexOf(' # {')
      return end < 0 ? [] : [[line.slice(0, end), line]]
    }),
  )
}
