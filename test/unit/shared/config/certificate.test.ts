import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { certificateEndMs, certificateProblem } from '../../../../src/shared/config/certificate.ts'
import { clockAt, fixtureCertificateFile, fixtureKeyFile } from './sample-environment.ts'
import { temporaryFile } from './temporary-folder.ts'

const key = createPrivateKey(readFileSync(fixtureKeyFile, 'utf8'))
const nowMs = clockAt('2026-02-26T15:40:52Z').now()

describe('certificateProblem', () => {
  it('finds nothing wrong with the certificate of the key while it is valid', () => {
    expect(certificateProblem({ path: fixtureCertificateFile, key, nowMs })).toBeUndefined()
  })

  it.each(['', ' ', '\t', String.raw`\n`, '\r'])(
    'takes a certificate that has %j in place of its line breaks',
    (lineBreak) => {
      const text = readFileSync(fixtureCertificateFile, 'utf8').replaceAll('\n', lineBreak)
      const path = temporaryFile('salesforce.crt', text)
      expect(certificateProblem({ path, key, nowMs })).toBeUndefined()
    },
  )

  it('names a certificate of another key', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

    expect(certificateProblem({ path: fixtureCertificateFile, key: other, nowMs })).toBe(
      'names a certificate that does not belong to the private key',
    )
  })

  it.each([
    [
      '2019-12-31T23:59:59Z',
      'names a certificate that is valid only from 2020-01-01T00:00:00.000Z',
    ],
    ['2020-01-01T00:00:00Z', undefined],
    ['2120-01-01T00:00:00Z', undefined],
    ['2120-01-01T00:00:01Z', 'names a certificate that expired at 2120-01-01T00:00:00.000Z'],
  ])('knows at %s whether the certificate is valid', (iso, problem) => {
    const at = clockAt(iso).now()

    expect(certificateProblem({ path: fixtureCertificateFile, key, nowMs: at })).toBe(problem)
  })

  it('judges the dates even when the key has a problem of its own', () => {
    const inTime = { path: fixtureCertificateFile, key: undefined, nowMs }

    expect(certificateProblem(inTime)).toBeUndefined()
    expect(
      certificateProblem({ ...inTime, nowMs: clockAt('2121-01-01T00:00:00Z').now() }),
    ).toContain('expired')
  })

  it.each([
    ['a text', 'no certificate', 'names a file that is not an X.509 certificate in PEM form'],
    [
      'a private key',
      readFileSync(fixtureKeyFile, 'utf8'),
      'names a private key, not a certificate',
    ],
  ])('names %s given in its place', (_what, text, problem) => {
    const path = temporaryFile('salesforce.crt', text)

    expect(certificateProblem({ path, key, nowMs })).toBe(problem)
  })

  it('names a file that does not exist', () => {
    expect(certificateProblem({ path: '/nonexistent/salesforce.crt', key, nowMs })).toBe(
      'names a file that does not exist',
    )
  })
})

describe('certificateEndMs', () => {
  it('says until when it is valid, and nothing of what is no certificate', () => {
    const endMs = certificateEndMs(fixtureCertificateFile) ?? 0
    const inTime = { path: fixtureCertificateFile, key, nowMs: endMs }

    expect(certificateProblem(inTime)).toBeUndefined()
    expect(certificateProblem({ ...inTime, nowMs: endMs + 1 })).toContain('expired')
    expect(certificateEndMs(fixtureKeyFile)).toBeUndefined()
  })
})
