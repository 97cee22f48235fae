import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

import { maskCredentials } from './config-problem.ts'
import type { DestinationConfig, VerifyConfig, WorkerConfig } from './config.ts'
import { describeSettings } from './describe-settings.ts'
import { destinationSettings } from './destination-settings.ts'
import { globalSettings } from './global-settings.ts'
import { proxyFor } from './proxy.ts'
import type { WrittenValue } from './setting.ts'

const { salesforce, verify, sealing } = destinationSettings.shape

const settings = {
  process: globalSettings.omit({
    redisUrlFile: true,
    configFile: true,
  }),
  salesforce: salesforce.omit({ privateKey: true, certificateFile: true }),
  others: destinationSettings.omit({ salesforce: true, verify: true, sealing: true }),
  sealing,
  sealingOfAll: sealing.omit({ keysFile: true }),
  verify: verify.omit({ privateKey: true, clientSecret: true, username: true, audience: true }),
  login: verify.pick({ username: true, audience: true }),
}

/** The configuration for the first log line: every value, no secret. */
export function describeConfig(config: WorkerConfig): Record<string, unknown> {
  const destinations = config.destinations.map(
    (each) => [each.name, describeDestination(each)] as const,
  )
  return {
    ...describeSettings(settings.process, config),
    destinations: Object.fromEntries(destinations),
  }
}

/** What the workers of a destination have to agree on: by what they serve it, and where. No key, and nothing of a secret. */
export function describeShared(destination: DestinationConfig): Record<string, WrittenValue> {
  return {
    ...describeSettings(settings.salesforce, destination.salesforce),
    ...describeSettings(settings.others, destination),
    ...describeSettings(settings.sealingOfAll, destination.sealing),
    // Not where: that is each host's own affair.
    sealKeysFile: destination.sealing.keysFile === undefined ? 'not set' : 'set',
  }
}

function describeDestination(destination: DestinationConfig): Record<string, unknown> {
  const { salesforce, verify } = destination
  return {
    ...describeSettings(settings.salesforce, salesforce),
    ...describeProxy(destination),
    privateKey: describeKey(salesforce.privateKey),
    ...describeSettings(settings.others, destination),
    ...describeSettings(settings.sealing, destination.sealing),
    ...(verify && { verify: describeVerify(verify) }),
  }
}

/** Only where the requests go through it. */
function describeProxy({ salesforce, proxy }: DestinationConfig): Record<string, unknown> {
  const url = proxyFor(new URL(salesforce.baseUrl), proxy)
  return url === undefined ? {} : { proxy: maskCredentials(url) }
}

/** By the names in a file, without the `verify` that each begins with. */
function describeVerify({ credential, ...verify }: VerifyConfig): Record<string, unknown> {
  const described = describeSettings(settings.verify, verify)
  if (credential.kind === 'client-credentials') {
    return { ...withoutVerify(described), clientSecret: '•••' }
  }
  return {
    ...withoutVerify({ ...described, ...describeSettings(settings.login, credential) }),
    privateKey: describeKey(credential.privateKey),
  }
}

function withoutVerify(described: Record<string, unknown>): Record<string, unknown> {
  const short = (name: string) => name.replace(/^verify./, (start) => start.slice(-1).toLowerCase())
  return Object.fromEntries(Object.entries(described).map(([name, value]) => [short(name), value]))
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
