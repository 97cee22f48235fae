import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { alertCases } from '../../../../../scripts/docs/alerts/alert-cases.ts'
import { alerts } from '../../../../../src/ops/operations/alerts/alerts.ts'
import { recordingRules } from '../../../../../src/ops/operations/alerts/objectives.ts'
import { createMetrics } from '../../../../../src/shared/telemetry/metrics.ts'
import { isThere, runProgram } from '../../../../support/debian-program.ts'

const { registry } = createMetrics(() => Promise.resolve([]))

/** As GitHub makes an anchor of a heading. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe('each alert', () => {
  it('has a name of its own', () => {
    const names = alerts.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(alerts)('$name leads to a section of the runbook', ({ anchor }) => {
    expect(anchorsOf(readFileSync('docs/runbook.md', 'utf8'))).toContain(anchor)
  })

  it.each([...alerts, ...recordingRules])(
    '$name$record asks for metrics that exist',
    ({ expr }) => {
      const known = registry.getMetricsAsArray().map(({ name }) => name)
      const asked = [...expr.matchAll(/(?<![:\w])ringback_\w+/g)].map(([name]) =>
        name.replace(/_seconds_(bucket|count|sum)$/, '_seconds'),
      )
      expect(asked.filter((name) => !known.includes(name))).toEqual([])
    },
  )

  it('has a case in which it fires and one in which it is quiet', () => {
    expect(Object.keys(alertCases).toSorted()).toEqual(alerts.map(({ name }) => name).toSorted())
    for (const [name, { fires, quiet }] of Object.entries(alertCases)) {
      expect(fires, name).not.toEqual([])
      expect(quiet, name).not.toEqual([])
    }
  })
})

describe.skipIf(!isThere('promtool'))('promtool', () => {
  it('reads the rules', async () => {
    await runProgram('promtool', ['check', 'rules', 'deploy/prometheus/ringback.rules.yml'])
  })

  it('sees each alert fire, and be quiet', async () => {
    for (const file of ['ringback.test.yml', 'ringback-long.test.yml']) {
      await runProgram('promtool', ['test', 'rules', `deploy/prometheus/tests/${file}`])
    }
  }, 240_000)

  it('reads the example of a configuration', async () => {
    await runProgram('promtool', ['check', 'config', 'deploy/prometheus/scrape.example.yml'])
  })

  it('finds nothing to mend in what a worker serves', async () => {
    const { scrape, observe } = createMetrics(() => Promise.resolve([]))
    observe({ event: 'worker.started', destinations: ['acme'] })
    expect(await runProgram('promtool', ['check', 'metrics'], (await scrape()).text)).toBe('')
  })
})

describe.skipIf(!isThere('amtool'))('amtool', () => {
  it('reads the example of routes', async () => {
    await runProgram('amtool', ['check-config', 'deploy/alertmanager/ringback.example.yml'])
  })
})
