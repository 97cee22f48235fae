import { createPrivateKey, X509Certificate } from 'node:crypto'

import { fixOf, type ConfigProblem } from './config-problem.ts'
import { redisSettings } from './features/redis.ts'
import { givenFor, readSetting, type SettingsSource } from './read-settings.ts'
import { read, unreadable, type Reading } from './reading.ts'
import { settingInfo } from './setting.ts'
import { isForTls } from './redis-address.ts'
import { readTextFile } from './text-file.ts'

/** What is in the files, as PEM. */
export interface RedisTls {
  ca?: string
  cert?: string
  key?: string
}

export interface RedisTlsReading {
  /** `undefined` where Node's own authorities and no certificate of ours will do, or something is wrong. */
  redisTls: RedisTls | undefined
  problems: readonly ConfigProblem[]
}

const { redisCaFile, redisCertFile, redisKeyFile } = redisSettings.shape

/** Read and judged at startup: of a wrong key or certificate a connection would say as good as nothing. */
export function readRedisTls(
  source: SettingsSource,
  redisUrl: string | undefined,
): RedisTlsReading {
  const ca = readPem(source, redisCaFile, certificatesIn)
  const cert = readPem(source, redisCertFile, certificatesIn)
  const key = readPem(source, redisKeyFile, privateKeyIn)
  const found = { ca: ca.text, cert: cert.text, key: key.text }
  const problems = [
    ...[ca, cert, key].flatMap((each) => each.problems),
    ...pairProblems(source, cert.text, key.text),
    ...(isPlain(redisUrl) ? plainProblems(source) : []),
  ]
  const given = Object.entries(found).filter(([, text]) => text !== undefined)
  const isUsable = problems.length === 0 && given.length > 0
  return { redisTls: isUsable ? Object.fromEntries(given) : undefined, problems }
}

type FileSetting = typeof redisCaFile

interface Pem {
  text: string | undefined
  problems: readonly ConfigProblem[]
}

function readPem(
  source: SettingsSource,
  setting: FileSetting,
  judge: (text: string) => Reading<string>,
): Pem {
  const path = readSetting(setting, source)
  if (path === undefined) return { text: undefined, problems: [] }
  const file = readTextFile(path)
  const reading = file.kind === 'ok' ? judge(file.value) : file
  return reading.kind === 'ok'
    ? { text: reading.value, problems: [] }
    : { text: undefined, problems: [problemOf(setting, reading.message)] }
}

function certificatesIn(text: string): Reading<string> {
  try {
    return new X509Certificate(text).raw.length > 0 ? read(text) : unreadable('names an empty file')
  } catch {
    return unreadable('names a file that holds no certificate in PEM form')
  }
}

function privateKeyIn(text: string): Reading<string> {
  try {
    return createPrivateKey(text).type === 'private'
      ? read(text)
      : unreadable('holds no private key')
  } catch {
    return unreadable(
      'names a file that holds no private key in PEM form, or one with a passphrase',
    )
  }
}

function pairProblems(
  source: SettingsSource,
  cert: string | undefined,
  key: string | undefined,
): ConfigProblem[] {
  const hasCert = givenFor(redisCertFile, source) !== undefined
  const hasKey = givenFor(redisKeyFile, source) !== undefined
  if (hasCert && !hasKey) return [problemOf(redisKeyFile, 'is missing, and its certificate is set')]
  if (hasKey && !hasCert) return [problemOf(redisCertFile, 'is missing, and its key is set')]
  if (cert === undefined || key === undefined) return []
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    ? []
    : [problemOf(redisKeyFile, 'names a key that is not the one of the certificate')]
}

/** Whoever names an authority believes that the connection is safe. */
function plainProblems(source: SettingsSource): ConfigProblem[] {
  return [redisCaFile, redisCertFile, redisKeyFile]
    .filter((setting) => givenFor(setting, source) !== undefined)
    .map((setting) => ({
      name: settingInfo(setting).env,
      wrong: 'is set, and the URL of Redis is not one for TLS',
      got: undefined,
      fix: 'write rediss:// in RINGBACK_REDIS_URL, or unset it',
    }))
}

function isPlain(redisUrl: string | undefined): boolean {
  return redisUrl !== undefined && !isForTls(redisUrl)
}

function problemOf(setting: FileSetting, wrong: string): ConfigProblem {
  const info = settingInfo(setting)
  return { name: info.env, wrong, got: undefined, fix: fixOf(info) }
}
