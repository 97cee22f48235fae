import { createSecretKey, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'

import type { ConfigProblem } from './config-problem.ts'
import type { VerifyConfig } from './config.ts'
import type { DestinationSettings } from './destination-settings.ts'
import {
  bothGivenProblem,
  missingProblem,
  valueProblem,
  type DestinationKey,
  type DestinationSource,
} from './destination-source.ts'
import { readGivenKey } from './given-key.ts'
import type { PrivateKeyReading } from './private-key.ts'
import { read, unreadable, type Reading } from './reading.ts'
import { coreUrlBeside, isLoopbackUrl, tokenUrlOn } from './salesforce-url.ts'
import { readTextFile } from './text-file.ts'

type Values = Partial<DestinationSettings>

const keySettings = { text: 'verifyPrivateKey', file: 'verifyPrivateKeyFile' } as const
const secretSettings = { text: 'verifyClientSecret', file: 'verifyClientSecretFile' } as const

/** What contradicts itself, as far as it can be known without opening a file. Nobody minds while nobody asks. */
export function verifyContradictions(source: DestinationSource, values: Values): ConfigProblem[] {
  if (values.onUncertain !== 'verify') return []
  return [
    bothGivenProblem(source, keySettings.text, keySettings.file),
    bothGivenProblem(source, secretSettings.text, secretSettings.file),
    twoCredentialsProblem(source),
  ].filter((problem) => problem !== undefined)
}

function twoCredentialsProblem(source: DestinationSource): ConfigProblem | undefined {
  const key = firstGiven(source, keySettings)
  const secret = firstGiven(source, secretSettings)
  return key && secret ? bothGivenProblem(source, key, secret) : undefined
}

function firstGiven<K extends DestinationKey>(
  { given }: DestinationSource,
  { text, file }: { text: K; file: K },
): K | undefined {
  return [text, file].find((key) => given.has(key))
}

/** What proves to Salesforce who asks. */
export interface VerifySecret {
  kind: 'private-key' | 'client-secret'
  key: KeyObject
}

export interface VerifySecretReading {
  /** `undefined` when nobody is to be asked, and when there is a problem. */
  secret: VerifySecret | undefined
  problems: readonly ConfigProblem[]
}

interface Circumstances {
  values: Values
  /** The key of telephony, if it could be read. */
  telephonyKey: KeyObject | undefined
}

/** The key or secret, read and judged; and all that is missing for it to be of use. */
export function readVerifySecret(
  source: DestinationSource,
  circumstances: Circumstances,
): VerifySecretReading {
  const { values } = circumstances
  if (values.onUncertain !== 'verify') return { secret: undefined, problems: [] }
  const { secret, problems } = firstGiven(source, secretSettings)
    ? readSecret(source, values)
    : readKey(source, circumstances)
  return { secret, problems: [...missingProblems(source, values), ...problems] }
}

/** A setting that is given and wrong in itself has been reported already. */
function missingProblems(source: DestinationSource, values: Values): ConfigProblem[] {
  const { given } = source
  const problems: ConfigProblem[] = []
  if (values.salesforceUrl !== undefined && !given.has('verifyUrl') && !instanceUrlOf(values)) {
    problems.push(missingProblem(source, 'verifyUrl'))
  }
  if (!given.has('verifyClientId')) problems.push(missingProblem(source, 'verifyClientId'))
  if (firstGiven(source, secretSettings)) return problems
  if (firstGiven(source, keySettings) === undefined) {
    const { nameOf } = source
    const others = `, or give the key itself in ${nameOf(keySettings.text)}, or a client secret in ${nameOf(secretSettings.file)}`
    problems.push(missingProblem(source, keySettings.file, others))
  }
  if (!given.has('verifyUsername')) problems.push(missingProblem(source, 'verifyUsername'))
  return problems
}

function readKey(
  source: DestinationSource,
  { values, telephonyKey }: Circumstances,
): VerifySecretReading {
  const given = readGivenKey(source, values, keySettings)
  if (given === undefined) return { secret: undefined, problems: [] }
  const reading = unlessOfTelephony(given.reading, telephonyKey)
  return reading.kind === 'ok'
    ? { secret: { kind: 'private-key', key: reading.key }, problems: [] }
    : { secret: undefined, problems: [valueProblem(source, given.setting, reading.message)] }
}

function unlessOfTelephony(
  reading: PrivateKeyReading,
  telephonyKey: KeyObject | undefined,
): PrivateKeyReading {
  return reading.kind === 'ok' && telephonyKey?.equals(reading.key)
    ? { kind: 'problem', message: 'is the key of telephony too, and each should have its own' }
    : reading
}

function readSecret(source: DestinationSource, values: Values): VerifySecretReading {
  const { verifyClientSecret: text, verifyClientSecretFile: file } = values
  if (text !== undefined) return { secret: secretOf(text), problems: [] }
  if (file === undefined) return { secret: undefined, problems: [] }
  const reading = readSecretFile(resolve(source.folder, file))
  return reading.kind === 'ok'
    ? { secret: secretOf(reading.value), problems: [] }
    : { secret: undefined, problems: [valueProblem(source, secretSettings.file, reading.message)] }
}

function readSecretFile(path: string): Reading<string> {
  const file = readTextFile(path)
  if (file.kind === 'problem') return file
  const text = file.value.trim()
  return /^[!-~]{1,255}$/.test(text) ? read(text) : unreadable('names a file that holds no secret')
}

function secretOf(text: string): VerifySecret {
  return { kind: 'client-secret', key: createSecretKey(text, 'utf8') }
}

/** `undefined` when nobody is to be asked. What it needs has been found to be there. */
export function verifyConfigOf(
  settings: DestinationSettings,
  secret: VerifySecret | undefined,
): VerifyConfig | undefined {
  if (settings.onUncertain !== 'verify') return undefined
  const instanceUrl = instanceUrlOf(settings)
  const { verifyClientId: clientId } = settings
  if (!instanceUrl || !clientId || !secret) throw new TypeError('incomplete without a problem')
  return {
    instanceUrl,
    tokenUrl: settings.verifyTokenUrl ?? defaultTokenUrl(instanceUrl, secret),
    clientId,
    credential: credentialOf(settings, instanceUrl, secret),
    apiVersion: settings.verifyApiVersion,
    byCallId: settings.verifyByCallId,
    graceMs: settings.verifyGrace,
    marginMs: settings.verifyMargin,
  }
}

function credentialOf(
  settings: DestinationSettings,
  instanceUrl: string,
  { kind, key }: VerifySecret,
): VerifyConfig['credential'] {
  if (kind === 'client-secret') return { kind: 'client-credentials', clientSecret: key }
  const { verifyUsername: username } = settings
  if (!username) throw new TypeError('incomplete without a problem')
  const audience = settings.verifyAudience ?? loginUrlOf(instanceUrl)
  return { kind: 'jwt-bearer', username, privateKey: key, audience }
}

/** The client credentials flow works on the org's own host only, as does a sandbox on a loopback address. */
function defaultTokenUrl(instanceUrl: string, { kind }: VerifySecret): string {
  const own = kind === 'client-secret' || isLoopbackUrl(instanceUrl)
  return tokenUrlOn(own ? instanceUrl : loginUrlOf(instanceUrl))
}

function loginUrlOf(instanceUrl: string): string {
  return /\.(?:sandbox|scratch)\.my\.salesforce\.com$/.test(instanceUrl)
    ? 'https://test.salesforce.com'
    : 'https://login.salesforce.com'
}

function instanceUrlOf({ verifyUrl, salesforceUrl }: Values): string | undefined {
  return verifyUrl ?? (salesforceUrl === undefined ? undefined : coreUrlBeside(salesforceUrl))
}
