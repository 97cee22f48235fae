import type { z } from 'zod'

import { mendOf, type ConfigProblem } from './config-problem.ts'
import { globalSettings } from './global-settings.ts'
import { readSettings, type SettingsReading, type SettingsSource } from './read-settings.ts'
import type { Reading } from './reading.ts'
import { readRedisUrl } from './redis-url.ts'
import { settingInfo } from './setting.ts'
import { readTextFile } from './text-file.ts'

export type GlobalSettings = z.output<typeof globalSettings>

/** The settings of the process. The address of Redis may be in a file, as secrets are that are mounted. */
export function readGlobalSettings(source: SettingsSource): SettingsReading<GlobalSettings> {
  const reading = readSettings(globalSettings, source)
  const path = reading.values.redisUrlFile
  if (path === undefined) return reading
  const { redisUrl: _default, ...others } = reading.values
  const given = source.given.get('redisUrl')
  const file = given === undefined ? readUrlFile(path) : undefined
  if (file?.kind !== 'ok') {
    const problem = file === undefined ? bothGiven : fileProblem(file.message)
    const values = given === undefined ? others : reading.values
    return { ...reading, values, complete: undefined, problems: [...reading.problems, problem] }
  }
  const redisUrl = file.value
  return {
    ...reading,
    values: { ...others, redisUrl },
    complete: reading.complete && { ...reading.complete, redisUrl },
  }
}

function readUrlFile(path: string): Reading<string> {
  const file = readTextFile(path)
  if (file.kind === 'problem') return file
  const reading = readRedisUrl(file.value.trim())
  return reading.kind === 'ok'
    ? reading
    : { kind: 'problem', message: `names a file whose text ${reading.message}` }
}

const { redisUrl, redisUrlFile } = globalSettings.shape
const names = { text: settingInfo(redisUrl).env, file: settingInfo(redisUrlFile).env }

const bothGiven: ConfigProblem = {
  name: names.text,
  wrong: `is set, and ${names.file} too`,
  got: undefined,
  mend: 'set exactly one of them',
}

function fileProblem(wrong: string): ConfigProblem {
  return {
    name: names.file,
    wrong,
    got: undefined,
    mend: `the file holds ${mendOf(settingInfo(redisUrl)).replace(/^write /, '')}`,
  }
}
