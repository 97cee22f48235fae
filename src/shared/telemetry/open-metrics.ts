export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/**
 * Prometheus' text as OpenMetrics 1.0: a counter's family goes without `_total`, quotes in a help text are escaped, no line is
 * empty, and the end is said. prom-client can write it too, but renames the metrics for good as it does.
 */
export function openMetrics(prometheusText: string): string {
  const lines = prometheusText.split('\n').filter((line) => line !== '')
  const counters = new Set(lines.flatMap(counterIn))
  return [...lines.map((line) => openLine(line, counters)), '# EOF', ''].join('\n')
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
