import { expect, it } from 'vitest'

import { judge } from '../../../../src/compose/rehearse/goals.ts'
import { presentRehearsal } from '../../../../src/compose/rehearse/present-rehearsal.ts'
import { summarize } from '../../../../src/compose/rehearse/summary.ts'
import { linesOf } from '../../ops/cli/present/captured.ts'
import { samplePlan, sampleRecording } from './sample-recording.ts'

it('names each goal before its verdict, however narrow the terminal is', () => {
  const summary = summarize(sampleRecording(), samplePlan)
  const rehearsal = {
    plan: samplePlan,
    intervals: [],
    summary,
    goals: judge(summary, samplePlan),
  }
  for (const columns of [80, 200]) {
    const text = linesOf((screen) => presentRehearsal(rehearsal, screen), columns).join('\n')
    const lines = text.split('\n')
    for (const { name } of rehearsal.goals) {
      expect(lines.some((line) => line.trimStart().startsWith(name))).toBe(true)
    }
    expect(text).not.toMatch(/^\s*: /m)
  }
})
