import type { Exemplars } from './exemplars.ts'

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/**
 * Prometheus' text as OpenMetrics 1.0: a counter's family goes without `_total`, quotes in a help text are escaped, no line is
 * empty, the end is said, and samples name their traces. prom-client can write it too, but renames the metrics for good as it does.
 */
export function openMetrics(prometheusText: string, exemplars: Exemplars): string {
  const lines = prometheusText.split('\n').filter((line) => line !== '')
  const counters = new Set(lines.flatMap(counterIn))
  const opened = lines.map((line) => exemplars.get(line) ?? openLine(line, counters))
  return [...opened, '# EOF', ''].join('\n')
}

function counterIn(line: string): string[] {
  const [, name] = /^# TYPE (\S+) counter$/.exec(line) ?? []
  return name === undefined ? [] : [name]
}

function openLine(line: string, counters: ReadonlySet<string>): string {
  const [, kind = '', name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
  if (kind === '') return line
  const family = counters.has(name) ? name.replace(/_total$/, '') : name
  return `# ${kind} ${family} ${kind === 'HELP' ? rest.replaceAll('"', String.raw`\"`) : rest}`
}
