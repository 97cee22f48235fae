import { expect, it } from 'vitest'

import type { ShownControl } from '../../../../../src/ops/operations/control/shown-control.ts'
import { judgeControl } from '../../../../../src/ops/operations/doctor/check-control.ts'

const nowMs = Date.UTC(2026, 1, 26, 15)
const since = '2026-02-26T14:00:00.000Z'
const soon = '2026-02-26T15:00:30.000Z'
const running: ShownControl = {
  dispatch: 'running',
  intake: 'running',
  breaker: { state: 'closed' },
  rate: { configured: 10, current: 10, slowed: false },
  workers: 1,
}

function judged(control: Partial<ShownControl>) {
  return judgeControl('acme', { ...running, ...control }, nowMs)
}

it('finds a destination in order that nothing holds back', () => {
  expect(judged({})).toMatchObject([{ check: 'dispatch', verdict: 'ok' }])
})

it.each<[string, Partial<ShownControl>, string, string, string]>([
  [
    'a pause',
    { dispatch: 'paused', dispatchPause: { since, by: 'ops', reason: 'maintenance' } },
    'warn',
    'acme: paused by ops since 2026-02-26 14:00:00 UTC (1 h ago): maintenance',
    'ringback resume',
  ],
  [
    'a pause of what is accepted',
    { intake: 'paused', intakePause: { since, until: soon } },
    'warn',
    'acme: new callbacks are refused: paused since 2026-02-26 14:00:00 UTC (1 h ago), until 2026-02-26 15:00:30 UTC (in 30 s)',
    'ringback resume',
  ],
  [
    'an open breaker',
    { breaker: { state: 'open', since, code: 'connect', message: 'refused', nextProbeAt: soon } },
    'fail',
    'acme: Salesforce is failing since 2026-02-26 14:00:00 UTC (1 h ago): connect: refused; next probe 2026-02-26 15:00:30 UTC (in 30 s)',
    'Salesforce is down',
  ],
  [
    'a probe that is awaited',
    { breaker: { state: 'half-open', since, code: 'timeout', nextProbeAt: since } },
    'fail',
    'acme: Salesforce is failing since 2026-02-26 14:00:00 UTC (1 h ago): timeout; a probe is under way, or goes with the next callback',
    'Salesforce is down',
  ],
  [
    'a rate that rises after an outage',
    { breaker: { state: 'ramp', since }, rate: { current: 1.23456, slowed: false } },
    'warn',
    'acme: Salesforce answers again after failing since 2026-02-26 14:00:00 UTC (1 h ago); the rate is rising (now 1.23 a second)',
    'by itself',
  ],
  [
    'a rate set by hand',
    { rate: { override: { rate: 'none', at: since, by: 'ops' }, slowed: false } },
    'warn',
    'acme: the rate was set to no limit by ops at 2026-02-26 14:00:00 UTC (1 h ago)',
    'ringback rate default',
  ],
  [
    'a rate that a limit has lowered',
    { rate: { slowed: true } },
    'warn',
    'acme: Salesforce has named a limit: the rate is lowered, and rises again by itself',
    'by itself',
  ],
])('finds %s, and says what ends it', (_name, control, verdict, message, fix) => {
  const [finding, ...others] = judged(control)
  expect(others).toEqual([])
  expect(finding).toMatchObject({ check: 'dispatch', verdict, message })
  expect(finding?.fix).toContain(fix)
})

it('names each of several, the weightiest first', () => {
  const findings = judged({
    dispatchPause: { since },
    breaker: { state: 'open', since, nextProbeAt: soon },
    rate: { slowed: true },
  })
  expect(findings.map(({ verdict }) => verdict)).toEqual(['warn', 'fail', 'warn'])
})
