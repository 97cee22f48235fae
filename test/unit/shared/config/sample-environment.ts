import { fileURLToPath } from 'node:url'

import { RingbackError } from '../../../../src/shared/errors/errors.ts'
import type { Clock } from '../../../../src/shared/time/clock.ts'

export const fixtureKeyFile = fixture('localhost-test-only.key.pem')
export const fixtureCertificateFile = fixture('localhost-test-only.cert.pem')

/** Within the life of the fixture certificate (2020 to 2120). */
export const clockIn2026 = clockAt('2026-02-26T15:40:52Z')

/** The least that a worker needs, but for a key. */
export const environmentWithoutKey = {
  RINGBACK_SALESFORCE_URL: 'https://acme.my.salesforce-scrt.com',
  RINGBACK_SALESFORCE_ORG_ID: '00DHs00000KmpyrMAB',
  RINGBACK_SALESFORCE_CALL_CENTER: 'scv4cc1',
}

/** The least that a worker needs. */
export const sampleEnvironment = {
  ...environmentWithoutKey,
  RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: fixtureKeyFile,
}

export function clockAt(iso: string): Clock {
  return {
    now: () => Date.parse(iso),
    monotonic: () => 0,
    sleep: () => Promise.reject(new Error('configuration never waits')),
  }
}

/** The lines of the refusal; fails the test when nothing is refused. */
export function problemLines(load: () => unknown): string[] {
  try {
    load()
  } catch (thrown) {
    if (thrown instanceof RingbackError && thrown.code === 'invalid-configuration') {
      return thrown.message.split('\n')
    }
    throw thrown
  }
  throw new Error('the configuration was accepted')
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../support/tls/${name}`, import.meta.url))
}
