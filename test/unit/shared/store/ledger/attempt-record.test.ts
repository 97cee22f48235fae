import { describe, expect, it } from 'vitest'

import { decodeAttempt } from '../../../../../src/shared/store/ledger/attempt-record.ts'

const startedAt = '2025-01-01T00:00:00.100Z'

describe('the record of an attempt', () => {
  it.each([
    ['that is under way', { startedAt }],
    [
      'of a version that did not write how far a request got',
      { startedAt, endedAt: startedAt, outcome: 'unavailable', status: 503, durationMs: 55 },
    ],
    [
      'with all that is known',
      {
        startedAt,
        endedAt: startedAt,
        outcome: 'uncertain',
        code: 'reset',
        message: 'Cut.',
        phase: 'sent',
        bytesSent: 1_420,
        durationMs: 55,
        verification: { at: startedAt, verdict: 'verified-booked', recordId: '0TzLT00000000w50AA' },
      },
    ],
  ])('%s is read as it was written', (_case, record) => {
    expect(decodeAttempt(3, JSON.stringify(record))).toEqual({ attempt: 3, ...record })
  })

  it('of a newer version is read as far as this one knows it', () => {
    const newer = { startedAt, outcome: 'postponed', phase: 'teleported', mood: 'good' }
    const read = decodeAttempt(1, JSON.stringify(newer))
    expect(JSON.parse(JSON.stringify(read))).toEqual({
      attempt: 1,
      startedAt,
    })
  })

  it.each(['', 'null', '{}', '{"startedAt":1}', '+18445791189'])(
    'that is none is an error that quotes nothing of it: %s',
    (json) => {
      expect(() => decodeAttempt(1, json)).toThrow(
        expect.objectContaining({
          code: 'unknown-record',
          message: 'The ledger holds a record of attempt 1 that this version cannot read.',
        }),
      )
    },
  )
})
