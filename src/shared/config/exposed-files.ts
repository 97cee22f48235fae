import { statSync, type Stats } from 'node:fs'
import { resolve } from 'node:path'

import { destinationSettings } from './destination-settings.ts'
import type { DestinationSource } from './destination-source.ts'
import { environmentSource, type Environment } from './environment.ts'
import { readSources } from './load.ts'
import { settingInfo, settingsIn } from './setting.ts'
import { readTextFile } from './text-file.ts'

/** A file that holds a secret, and who else has it. */
export interface ExposedFile {
  /** The setting that names it. */
  setting: string
  file: string
  /** What follows the file's name in a sentence. */
  wrong: string
}

export const exposureFix =
  'chmod 600 and chown it to the user of the process. In Kubernetes: defaultMode: 0440 for the volume, and an fsGroup for the pod'

const secretFileKeys = [
  'privateKeyFile',
  'verifyPrivateKeyFile',
  'verifyClientSecretFile',
  'sealKeysFile',
] as const

/** Of the files that the settings name: those with a secret that others than this process's user can read or change. */
export function exposedFiles(env: Environment): ExposedFile[] {
  // Where there are no users and groups, modes say nothing.
  const own = process.getuid?.()
  if (own === undefined) return []
  const files = new Map(secretFiles(env).map((each) => [each.file, each]))
  return [...files.values()].flatMap(({ setting, file }) => {
    const stats = statSync(file, { throwIfNoEntry: false })
    const wrong = stats?.isFile() === true ? exposureOf(stats, own) : undefined
    return wrong === undefined ? [] : [{ setting, file, wrong }]
  })
}

/**
 * A file of root that a group may read, and nobody else, is how Kubernetes hands a secret to a process that is not root: the
 * group is the pod's own.
 */
export function exposureOf(
  { mode, uid }: Pick<Stats, 'mode' | 'uid'>,
  own: number,
): string | undefined {
  const shown = `(mode ${(mode & 0o777).toString(8).padStart(4, '0')})`
  if (uid !== own && uid !== 0) return `belongs to another user (uid ${uid}), who can change it`
  if ((mode & 0o002) !== 0) return `can be changed by every user of this machine ${shown}`
  if ((mode & 0o004) !== 0) return `can be read by every user of this machine ${shown}`
  if ((mode & 0o020) !== 0) return `can be changed by the whole group it belongs to ${shown}`
  if ((mode & 0o040) !== 0 && uid !== 0) {
    return `can be read by the whole group it belongs to ${shown}`
  }
  return undefined
}

interface SecretFile {
  setting: string
  file: string
}

function secretFiles(env: Environment): SecretFile[] {
  const { given } = environmentSource(env)
  const global = ['redisUrlFile', 'redisKeyFile', 'consoleUsersFile', 'config'].flatMap((key) => {
    const setting = given.get(key)
    return setting === undefined ? [] : [{ setting: setting.name, file: resolve(setting.text) }]
  })
  const { sources } = readSources(env)
  const ofDestinations = sources.flatMap((source) =>
    secretFileKeys.flatMap((key) => secretFileOf(source, key)),
  )
  const holdsSecrets = sources.some(hasSecretOfItsOwn)
  const configName = given.get('config')?.name
  return [
    ...global.filter(({ setting }) => setting !== configName || holdsSecrets),
    ...ofDestinations,
    ...environmentFile(),
  ]
}

function secretFileOf({ given, folder }: DestinationSource, key: string): SecretFile[] {
  const setting = given.get(key)
  if (setting === undefined) return []
  return [{ setting: setting.name, file: resolve(folder, setting.text) }]
}

/** A key or a secret that is written in the configuration file itself, not named by it. */
function hasSecretOfItsOwn({ given }: DestinationSource): boolean {
  return settingsIn(destinationSettings)
    .map(settingInfo)
    .some(
      ({ name, secret }) =>
        secret !== 'no' && given.get(name)?.name.startsWith('destinations.') === true,
    )
}

const secretLine = /^(?:export )?RINGBACK_(?:\w+_(?:PRIVATE_KEY|SECRET)=\S|REDIS_URL=.*@)/

/** Read by Docker Compose, systemd or a shell, and by us only to see whether it holds a secret. */
function environmentFile(): SecretFile[] {
  const file = resolve('.env')
  const reading = readTextFile(file)
  const lines = reading.kind === 'ok' ? reading.value.split('\n') : []
  const holdsSecret = lines.some((line) => secretLine.test(line.trimStart()))
  return holdsSecret ? [{ setting: '.env', file }] : []
}
