import { statSync } from 'node:fs'
import { resolve } from 'node:path'

import { environmentSource, type Environment } from './environment.ts'
import { readSources } from './load.ts'

export interface ConfigurationWatch {
  /** Since it was asked the last time, or since this began: a file is another one now, or the process was sent a SIGHUP. */
  hasChanged(): boolean
  close(): void
}

/** Begun before the configuration is read, so that nothing escapes it. Until it is closed, SIGHUP does not end the process. */
export function watchConfiguration(env: Environment): ConfigurationWatch {
  let known = stateOfFiles(env)
  let isAsked = false
  const ask = () => {
    isAsked = true
  }
  process.on('SIGHUP', ask)
  return {
    hasChanged: () => {
      const now = stateOfFiles(env)
      const hasChanged = isAsked || now !== known
      known = now
      isAsked = false
      return hasChanged
    },
    close: () => void process.off('SIGHUP', ask),
  }
}

/** By looking, not by notices of the file system: a volume of Kubernetes replaces a link above the file. */
function stateOfFiles(env: Environment): string {
  return configFiles(env)
    .map((file) => {
      const stats = statSync(file, { throwIfNoEntry: false })
      return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`
    })
    .join('\n')
}

/** Those that say which destinations there are, and how each is served: the file of RINGBACK_CONFIG, and keys and secrets. */
function configFiles(env: Environment): readonly string[] {
  const file = environmentSource(env).given.get('config')
  const ofDestinations = readSources(env).sources.flatMap(({ given, folder }) =>
    [...given].flatMap(([key, { text }]) => (key.endsWith('File') ? [resolve(folder, text)] : [])),
  )
  return [...new Set([...(file === undefined ? [] : [resolve(file.text)]), ...ofDestinations])]
}
