import { describe, expect, it } from 'vitest'

import type { Finding } from '../../../../../src/ops/operations/doctor/finding.ts'
import { presentFindings } from '../../../../../src/ops/cli/present/findings.ts'
import { linesOf } from './captured.ts'

const findings: Finding[] = [
  { check: 'redis', verdict: 'ok', message: 'answered in 1 ms; database 0 is selected' },
  {
    check: 'hash-max-listpack-value',
    verdict: 'warn',
    message: 'is 64, so that every callback takes several times the memory that it would need',
    fix: 'CONFIG SET hash-max-listpack-value 4096, and the same in redis.conf or at your provider',
  },
]

function shown(columns: number | undefined): string[] {
  return linesOf((screen) => presentFindings(findings, screen), columns)
}

describe('the findings of the doctor', () => {
  it.each([80, 60])('fit a terminal of %d columns, folded beside the names', (columns) => {
    const lines = shown(columns)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
    const folded = lines.filter((line) => line.startsWith(' '.repeat(34)))
    expect(folded.length).toBeGreaterThan(2)
    expect(folded.filter((line) => line.includes('→'))).toHaveLength(1)
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toBe(
      shown(undefined).join(' ').replaceAll(/\s+/g, ' '),
    )
  })

  it('take a line each where no terminal limits them', () => {
    expect(shown(undefined)).toHaveLength(findings.length + 3)
  })

  it('are left to a terminal that is too narrow to fold them', () => {
    expect(shown(40)).toEqual(shown(undefined))
  })
})
