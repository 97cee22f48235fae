import { describe, expect, it } from 'vitest'
import { sendPhases } from '../../../src/shared/delivery/salesforce-answer.ts'
import { explainFailure, type FailureFacts } from '../../../src/salesforce/explain-failure.ts'

const unsent = ['preparing', 'connecting', 'securing']
const causes: FailureFacts['cause'][] = ['timeout', 'abort', 'error']
const systemCodes = [
  'ENOTFOUND',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPROTO',
  'HPE_INVALID',
]

const everything = sendPhases.flatMap((phase) =>
  causes.flatMap((cause) => systemCodes.map((systemCode) => ({ phase, cause, systemCode }))),
)

describe('a failure without an answer', () => {
  it.each(everything)('counts as sent exactly when a byte may have left: %j', (facts) => {
    expect(explainFailure(facts).sent).toBe(!unsent.includes(facts.phase))
  })

  it.each([
    ['connecting', 'ENOTFOUND', 'dns'],
    ['connecting', 'EAI_AGAIN', 'dns'],
    ['connecting', 'ECONNREFUSED', 'connect'],
    ['connecting', 'EHOSTUNREACH', 'connect'],
    ['connecting', 'ECONNRESET', 'connect'],
    ['connecting', 'ETIMEDOUT', 'timeout'],
    ['securing', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['securing', 'ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['securing', 'ECONNRESET', 'tls'],
    ['sending', 'ECONNRESET', 'reset'],
    ['sent', 'ECONNRESET', 'reset'],
    ['sent', 'EPIPE', 'reset'],
    ['sent', 'ENETUNREACH', 'reset'],
    ['sent', 'ETIMEDOUT', 'timeout'],
    ['sent', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls'],
    ['sent', 'HPE_INVALID_CONSTANT', 'protocol'],
    ['preparing', 'ERR_INVALID_CHAR', 'unusable-request'],
  ] as const)('while %s with %s has the code %s', (phase, systemCode, code) => {
    expect(explainFailure({ phase, systemCode, cause: 'error' })).toMatchObject({ code })
  })

  it.each(sendPhases)('says while %s what the time ran out before', (phase) => {
    const failure = explainFailure({ phase, systemCode: 'ETIMEDOUT', cause: 'timeout' })
    expect(failure.code).toBe('timeout')
    expect(failure.message).toMatch(/^The time ran out before .+\.$/)
  })

  it("is called aborted when the caller's signal ended it, whatever else was seen", () => {
    for (const facts of everything.filter(({ cause }) => cause === 'abort')) {
      expect(explainFailure(facts).code).toBe('aborted')
    }
  })
})
