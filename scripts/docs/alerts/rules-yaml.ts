import type { Alert } from '../../../src/ops/operations/alerts/alert.ts'
import { alerts } from '../../../src/ops/operations/alerts/alerts.ts'
import { recordingRules } from '../../../src/ops/operations/alerts/objectives.ts'

const runbook = 'docs/runbook.md'

/** `deploy/prometheus/ringback.rules.yml`. JSON's texts are YAML's. */
export function rulesYaml(): string {
  const recorded = recordingRules.map(
    ({ record, expr }) => `      - record: ${record}\n        expr: ${JSON.stringify(expr)}`,
  )
  return `# Generated from src/ops/operations/alerts by \`npm run docs:generate\`.
groups:
  # One group: what is recorded is there when the alerts ask for it.
  - name: ringback
    rules:
${recorded.join('\n')}
${alerts.map(ruleOf).join('\n')}
`
}

function ruleOf(alert: Alert): string {
  return `      - alert: ${alert.name}
        expr: ${JSON.stringify(alert.expr)}
        for: ${alert.for}
        labels:
          severity: ${alert.severity}
        annotations:
${Object.entries(annotationsOf(alert))
  .map(([name, text]) => `          ${name}: ${JSON.stringify(text)}`)
  .join('\n')}`
}

export function annotationsOf({ summary, todo, anchor }: Alert): Record<string, string> {
  return { summary, description: todo, runbook_url: `${runbook}#${anchor}` }
}
