import { readRedisAddress } from './features/redis.ts'
import { globalSettings, type GlobalSettings } from './global-settings.ts'
import { readSettings, type SettingsReading, type SettingsSource } from './read-settings.ts'

/** The settings of the process. The address of Redis may be in a file, as secrets are that are mounted. */
export function readGlobalSettings(source: SettingsSource): SettingsReading<GlobalSettings> {
  const reading = readSettings(globalSettings, source)
  const { redisUrl, problems } = readRedisAddress(source)
  return {
    ...reading,
    complete:
      reading.complete === undefined || redisUrl === undefined
        ? undefined
        : { ...reading.complete, redisUrl },
    problems: [...reading.problems, ...problems],
  }
}
