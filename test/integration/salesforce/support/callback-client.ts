import { generateKeyPairSync } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../../src/shared/time/clock.ts'
import {
  createSalesforceClient,
  type CallbackRequest,
  type SalesforceClient,
  type SalesforceClientOptions,
} from '../../../../src/salesforce/client.ts'
import { createTokenSource } from '../../../../src/salesforce/token-source.ts'
import { testTls } from '../../../support/tls/tls-fixture.ts'

export const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The request of Salesforce's own API page. */
export const exampleRequest: CallbackRequest = {
  callId: '89328b83-ff42-4c85-a2af-e948124365de',
  callbackNumber: '+18445791189',
  isPreviewCallback: true,
  scheduledRoutingDateTime: '2026-02-26T15:40:52Z',
  idempotencyKey: 'order-4711',
}

export const exampleRecordId = '0TzLT00000000w50AA'

type Settings = Partial<SalesforceClientOptions> & Pick<SalesforceClientOptions, 'baseUrl'>

/** The real client with a real token source; closed when the test ends. */
export function callbackClient(settings: Settings): SalesforceClient {
  const client = createSalesforceClient({
    tokens: tokenSource(),
    telephonyProviderName: 'Amazon Connect',
    timeoutMs: 10_000,
    clock: systemClock,
    certificateAuthority: testTls.cert,
    ...settings,
  })
  onTestFinished(() => client.close())
  return client
}

export function tokenSource({ jti = false } = {}) {
  return createTokenSource({
    orgId: '00DHs00000Kmpyr',
    callCenter: 'scv4cc1',
    privateKey: keys.privateKey,
    ttlMs: 300_000,
    jti,
    clock: systemClock,
  })
}
