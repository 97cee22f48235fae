import { describe, expect, it } from 'vitest'

import { judgeClock } from '../../../../../src/ops/operations/doctor/check-clock.ts'
import { judgeServer } from '../../../../../src/ops/operations/doctor/judge-server.ts'
import type { ServerFacts } from '../../../../../src/shared/store/server/server-facts.ts'

const good: ServerFacts = {
  software: 'Redis',
  role: { kind: 'primary' },
  version: '7.2.4',
  maxmemoryPolicy: 'noeviction',
  appendOnly: true,
  appendFsync: 'everysec',
  hashMaxValue: 4_096,
  maxBulkBytes: 1_048_576,
}

function verdictOf(facts: Partial<ServerFacts>, check: string) {
  return judgeServer({ ...good, ...facts }).find((finding) => finding.check === check)?.verdict
}

describe('judgeServer', () => {
  it.each([
    ['6.0.16', 'fail'],
    ['5.9', 'fail'],
    ['6.2.0', 'ok'],
    ['6.10.1', 'ok'],
    ['7.0.15', 'ok'],
    ['10.0.0', 'ok'],
    [undefined, 'unknown'],
  ])('judges the version %s: %s', (version, verdict) => {
    expect(verdictOf({ version }, 'redis version')).toBe(verdict)
  })

  it.each([
    [4_095, 'warn'],
    [4_096, 'ok'],
  ])('judges a listpack value of %i: %s', (hashMaxValue, verdict) => {
    expect(verdictOf({ hashMaxValue }, 'hash-max-listpack-value')).toBe(verdict)
  })

  it.each([
    [536_870_912, 'warn'],
    [1_048_577, 'warn'],
    [1_048_576, 'ok'],
    [undefined, 'unknown'],
  ])('judges a largest value of %s bytes: %s', (maxBulkBytes, verdict) => {
    expect(verdictOf({ maxBulkBytes }, 'proto-max-bulk-len')).toBe(verdict)
  })

  it('gives a fix with every warning and failure, and with nothing else', () => {
    const bad = { version: '5.0', maxmemoryPolicy: 'allkeys-lru', appendOnly: false }
    const poor = { appendFsync: 'no', hashMaxValue: 64, maxBulkBytes: 536_870_912 }
    const findings = [good, { ...good, ...bad }, { ...good, ...poor }].flatMap(judgeServer)
    for (const { verdict, fix } of findings) {
      expect(fix !== undefined).toBe(verdict === 'warn' || verdict === 'fail')
    }
    expect(findings.filter(({ verdict }) => verdict === 'fail')).toHaveLength(3)
    expect(findings.filter(({ verdict }) => verdict === 'warn')).toHaveLength(3)
  })
})

describe('judgeClock', () => {
  it.each([
    [0, 'ok'],
    [1_000, 'ok'],
    [-1_000, 'ok'],
    [1_001, 'warn'],
    [-1_001, 'warn'],
    [30_000, 'warn'],
    [30_001, 'fail'],
    [-30_001, 'fail'],
  ])('judges %i ms of difference: %s', (aheadMs, verdict) => {
    expect(judgeClock(aheadMs).verdict).toBe(verdict)
  })
})
