import { X509Certificate, type KeyObject } from 'node:crypto'

import { DateTime } from 'luxon'

import { isoTimestamp } from '../time/timestamp.ts'
import { pemBlocks } from './pem.ts'
import { readTextFile } from './text-file.ts'

export interface CertificateCheck {
  path: string
  /** `undefined` when the key itself has a problem: then only the certificate is looked at. */
  key: KeyObject | undefined
  nowMs: number
}

/** What is wrong with the certificate that Salesforce is said to hold for the key; `undefined` when nothing is. */
export function certificateProblem({ path, key, nowMs }: CertificateCheck): string | undefined {
  const file = readTextFile(path)
  if (file.kind === 'problem') return file.message
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(file.value)) {
    return 'names a private key, not a certificate'
  }
  const certificate = certificateOf(file.value)
  if (certificate === undefined) return 'names a file that is not an X.509 certificate in PEM form'
  const validFromMs = epochMsOfCertificateTime(certificate.validFrom)
  const validToMs = epochMsOfCertificateTime(certificate.validTo)
  if (nowMs < validFromMs)
    return `names a certificate that is valid only from ${isoTimestamp(validFromMs)}`
  if (nowMs > validToMs) return `names a certificate that expired at ${isoTimestamp(validToMs)}`
  if (key !== undefined && !certificate.checkPrivateKey(key)) {
    return 'names a certificate that does not belong to the private key'
  }
  return undefined
}

/** When the certificate ends that the file holds, epoch ms; undefined where it holds none. */
export function certificateEndMs(path: string): number | undefined {
  const file = readTextFile(path)
  const certificate = file.kind === 'problem' ? undefined : certificateOf(file.value)
  return certificate && epochMsOfCertificateTime(certificate.validTo)
}

/** The first of the file: a chain begins with its own. */
function certificateOf(text: string): X509Certificate | undefined {
  const pem = pemBlocks(text).find(({ label }) => label.endsWith('CERTIFICATE'))?.pem
  try {
    return new X509Certificate(pem ?? text)
  } catch {
    return undefined
  }
}

/** OpenSSL's form: `Mar  3 09:05:07 2026 GMT`, always GMT, the day padded with a space. */
function epochMsOfCertificateTime(text: string): number {
  return DateTime.fromFormat(text.replaceAll(/ +/g, ' '), "MMM d HH:mm:ss yyyy 'GMT'", {
    zone: 'utc',
    locale: 'en-US',
  }).toMillis()
}
