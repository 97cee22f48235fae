import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

import { formatDuration } from '../time/duration.ts'
import { maskCredentials } from './config-problem.ts'
import type { DestinationConfig, VerifyConfig, WorkerConfig } from './config.ts'
import { proxyFor } from './proxy.ts'

/** The configuration for the first log line: every value, no secret. */
export function describeConfig(config: WorkerConfig): Record<string, unknown> {
  return {
    redisUrl: maskCredentials(config.redisUrl),
    namespace: config.namespace,
    logLevel: config.logLevel,
    opsHost: config.opsHost,
    opsPort: config.opsPort ?? 'none',
    shutdownDeadline: formatDuration(config.shutdownDeadlineMs),
    lockDuration: formatDuration(config.lockDurationMs),
    destinations: Object.fromEntries(
      config.destinations.map((destination) => [
        destination.name,
        describeDestination(destination),
      ]),
    ),
  }
}

function describeDestination(destination: DestinationConfig): Record<string, unknown> {
  const { salesforce, retry } = destination
  return {
    salesforceUrl: salesforce.baseUrl,
    ...describeProxy(destination),
    salesforceOrgId: salesforce.orgId,
    salesforceCallCenter: salesforce.callCenter,
    privateKey: describeKey(salesforce.privateKey),
    telephonyProviderName: salesforce.telephonyProviderName ?? 'none',
    tokenTtl: formatDuration(salesforce.token.ttlMs),
    tokenAudience: salesforce.token.audience ?? 'none',
    tokenJti: salesforce.token.jti,
    rate: destination.rate ?? 'none',
    concurrency: destination.concurrency,
    attemptTimeout: formatDuration(destination.attemptTimeoutMs),
    maxAttempts: retry.maxAttempts,
    maxRetryDuration: formatDuration(retry.maxRetryDurationMs),
    backoffInitial: formatDuration(retry.backoff.initialMs),
    backoffFactor: retry.backoff.factor,
    backoffMax: formatDuration(retry.backoff.maxMs),
    notFoundGrace: formatDuration(retry.notFoundGraceMs),
    onUncertain: destination.onUncertain,
    ...(destination.verify && { verify: describeVerify(destination.verify) }),
    retention: formatDuration(destination.retentionMs),
  }
}

/** Only where the requests go through it. */
function describeProxy({ salesforce, proxy }: DestinationConfig): Record<string, unknown> {
  const url = proxyFor(new URL(salesforce.baseUrl), proxy)
  return url === undefined ? {} : { proxy: maskCredentials(url) }
}

function describeVerify(verify: VerifyConfig): Record<string, unknown> {
  const { credential } = verify
  return {
    url: verify.instanceUrl,
    tokenUrl: verify.tokenUrl,
    clientId: verify.clientId,
    ...(credential.kind === 'jwt-bearer'
      ? {
          username: credential.username,
          privateKey: describeKey(credential.privateKey),
          audience: credential.audience,
        }
      : { clientSecret: '•••' }),
    apiVersion: verify.apiVersion,
    grace: formatDuration(verify.graceMs),
    margin: formatDuration(verify.marginMs),
    byCallId: verify.byCallId,
  }
}

/**
 * Names a key by its public half: `openssl pkey -in KEY -pubout -outform DER | openssl dgst -sha256` prints the same
 * digits, so an operator can tell which key a worker has.
 */
export function describeKey(key: KeyObject): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const fingerprint = createHash('sha256').update(publicKey).digest('hex')
  return `RSA ${key.asymmetricKeyDetails?.modulusLength ?? 0}, SHA-256 ${fingerprint}`
}
