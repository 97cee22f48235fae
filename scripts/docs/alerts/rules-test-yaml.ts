import type { Alert } from '../../../src/ops/operations/alerts/alert.ts'
import { alerts } from '../../../src/ops/operations/alerts/alerts.ts'
import { longMinutes, type AlertCase, type CaseSeries } from './alert-case.ts'
import { alertCases } from './alert-cases.ts'
import { annotationsOf } from './rules-yaml.ts'

/** `deploy/prometheus/tests/ringback.test.yml`, for `promtool test rules`. JSON is YAML. */
export function rulesTestYaml(): string {
  return testFile('1m', ({ at }) => at < longMinutes)
}

/** Beside it, of what takes a day to see. */
export function longRulesTestYaml(): string {
  return testFile('10m', ({ at }) => at >= longMinutes)
}

function testFile(interval: string, isIn: (each: AlertCase) => boolean): string {
  const tests = alerts.flatMap((alert) => {
    const { fires = [], quiet = [], labels = {} } = alertCases[alert.name] ?? {}
    const expected = {
      exp_labels: { severity: alert.severity, job: 'ringback', ...labels },
      exp_annotations: annotationsOf(alert),
    }
    return [
      ...fires.filter(isIn).map((each) => testOf(alert, each, [expected])),
      ...quiet.filter(isIn).map((each) => testOf(alert, each, [])),
    ]
  })
  return `# Generated from scripts/docs/alerts/alert-cases.ts by \`npm run docs:generate\`.
rule_files: [../ringback.rules.yml]
evaluation_interval: ${interval}
tests:
${tests.map((test) => `  - ${JSON.stringify({ interval, ...test })}`).join('\n')}
`
}

function testOf({ name }: Alert, { when, series, at }: AlertCase, expected: readonly object[]) {
  return {
    name: `${name} ${expected.length === 0 ? 'is quiet' : 'fires'}: ${when}`,
    input_series: series.flatMap(ofTwoWorkers),
    alert_rule_test: [{ eval_time: `${at}m`, alertname: name, exp_alerts: expected }],
  }
}

function ofTwoWorkers({ metric, labels = {}, one, other = one }: CaseSeries) {
  return Object.entries({ one, other }).map(([instance, values]) => ({
    series: `${metric}{${Object.entries({ ...labels, job: 'ringback', instance })
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(',')}}`,
    values,
  }))
}
