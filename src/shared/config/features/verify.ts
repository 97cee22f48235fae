import { createSecretKey, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'

import type { ConfigProblem } from '../config-problem.ts'
import type { DestinationSettings } from '../destination-settings.ts'
import {
  bothGivenProblem,
  isGiven,
  missingProblem,
  nameIn,
  valueProblem,
  type DestinationSource,
} from '../destination-source.ts'
import { identitySettings } from './identity.ts'
import { uncertainSettings } from './uncertain.ts'
import { givenOf, readGivenKey } from '../given-key.ts'
import type { PrivateKeyReading } from '../private-key.ts'
import { readSetting } from '../read-settings.ts'
import { read, unreadable, type Reading } from '../reading.ts'
import { coreUrlBeside, isLoopbackUrl, tokenUrlOn } from '../salesforce-url.ts'
import { readTextFile } from '../text-file.ts'

const { onUncertain, verify } = uncertainSettings.shape
const keySettings = verify.shape.privateKey.shape
const secretSettings = verify.shape.clientSecret.shape

function isAsked(source: DestinationSource): boolean {
  return readSetting(onUncertain, source) === 'verify'
}

/** What contradicts itself, as far as it can be known without opening a file. Not checked unless onUncertain is verify. */
export function verifyContradictions(source: DestinationSource): ConfigProblem[] {
  if (!isAsked(source)) return []
  const key = givenOf(source, keySettings)
  const secret = givenOf(source, secretSettings)
  return [
    ...bothGivenProblem(source, keySettings.text, keySettings.file),
    ...bothGivenProblem(source, secretSettings.text, secretSettings.file),
    ...(key && secret ? bothGivenProblem(source, key, secret) : []),
  ]
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

/** The key or secret, read and judged; and all that is missing for it to be of use. */
export function readVerifySecret(
  source: DestinationSource,
  telephonyKey: KeyObject | undefined,
): VerifySecretReading {
  if (!isAsked(source)) return { secret: undefined, problems: [] }
  const { secret, problems } = givenOf(source, secretSettings)
    ? readSecret(source)
    : readKey(source, telephonyKey)
  return { secret, problems: [...missingProblems(source), ...problems] }
}

/** A setting that is given and wrong in itself has been reported already. */
function missingProblems(source: DestinationSource): ConfigProblem[] {
  const { instanceUrl, clientId } = verify.shape
  const isLacking = !isGiven(source, instanceUrl) && lacksCoreUrl(source)
  return [
    ...(isLacking ? [missingProblem(source, instanceUrl)] : []),
    ...(isGiven(source, clientId) ? [] : [missingProblem(source, clientId)]),
    ...(givenOf(source, secretSettings) ? [] : missingOfKey(source)),
  ]
}

/** True where the telephony host does not tell the core host. */
function lacksCoreUrl(source: DestinationSource): boolean {
  const baseUrl = readSetting(identitySettings.shape.baseUrl, source)
  return baseUrl !== undefined && coreUrlBeside(baseUrl) === undefined
}

function missingOfKey(source: DestinationSource): ConfigProblem[] {
  const { username } = verify.shape
  const others = `, or give the key itself in ${nameIn(source, keySettings.text)}, or a client secret in ${nameIn(source, secretSettings.file)}`
  return [
    ...(givenOf(source, keySettings) ? [] : [missingProblem(source, keySettings.file, others)]),
    ...(isGiven(source, username) ? [] : [missingProblem(source, username)]),
  ]
}

function readKey(
  source: DestinationSource,
  telephonyKey: KeyObject | undefined,
): VerifySecretReading {
  const given = readGivenKey(source, keySettings)
  if (given === undefined) return { secret: undefined, problems: [] }
  const reading = refuseTelephonyKey(given.reading, telephonyKey)
  return reading.kind === 'ok'
    ? { secret: { kind: 'private-key', key: reading.key }, problems: [] }
    : { secret: undefined, problems: [valueProblem(source, given.setting, reading.message)] }
}

function refuseTelephonyKey(
  reading: PrivateKeyReading,
  telephonyKey: KeyObject | undefined,
): PrivateKeyReading {
  return reading.kind === 'ok' && telephonyKey?.equals(reading.key)
    ? { kind: 'problem', message: 'is also the telephony API’s key, and each needs its own' }
    : reading
}

function readSecret(source: DestinationSource): VerifySecretReading {
  const text = readSetting(secretSettings.text, source)
  if (text !== undefined) return { secret: secretOf(text), problems: [] }
  const file = readSetting(secretSettings.file, source)
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
  return /^[!-~]{1,255}$/.test(text)
    ? read(text)
    : unreadable('names a file that contains no secret')
}

function secretOf(text: string): VerifySecret {
  return { kind: 'client-secret', key: createSecretKey(text, 'utf8') }
}

/** `undefined` when nobody is to be asked. What it needs has been found to be there. */
export function verifyConfigOf(
  { onUncertain, verify, salesforce }: DestinationSettings,
  secret: VerifySecret | undefined,
) {
  if (onUncertain !== 'verify') return undefined
  const { privateKey, clientSecret, username, audience, ...kept } = verify
  const instanceUrl = kept.instanceUrl ?? coreUrlBeside(salesforce.baseUrl)
  const { clientId } = kept
  if (!instanceUrl || !clientId || !secret) throw new TypeError('incomplete without a problem')
  return {
    ...kept,
    instanceUrl,
    tokenUrl: kept.tokenUrl ?? defaultTokenUrl(instanceUrl, secret),
    clientId,
    credential: credentialOf({ username, audience: audience ?? loginUrlOf(instanceUrl) }, secret),
  }
}

type CoreCredential =
  | { kind: 'jwt-bearer'; username: string; privateKey: KeyObject; audience: string }
  /** A key object, so that nothing prints it by accident. */
  | { kind: 'client-credentials'; clientSecret: KeyObject }

function credentialOf(
  { username, audience }: { username: string | undefined; audience: string },
  { kind, key }: VerifySecret,
): CoreCredential {
  if (kind === 'client-secret') return { kind: 'client-credentials', clientSecret: key }
  if (!username) throw new TypeError('incomplete without a problem')
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
