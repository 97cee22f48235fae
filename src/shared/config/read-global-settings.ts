import { readRedisAddress } from './features/redis.ts'
import { globalSettings, type GlobalSettings } from './global-settings.ts'
import { readRedisSecurity, type RedisSecurity } from './redis-security.ts'
import { readSettings, type SettingsReading, type SettingsSource } from './read-settings.ts'

export interface ReadGlobalSettings extends GlobalSettings {
  redisSecurity?: RedisSecurity
}

/** The settings of the process. The address of Redis may be in a file, as secrets are that are mounted. */
export function readGlobalSettings(source: SettingsSource): SettingsReading<ReadGlobalSettings> {
  const reading = readSettings(globalSettings, source)
  const { redisUrl, problems } = readRedisAddress(source)
  const { redisSecurity, problems: securityProblems } = readRedisSecurity(source, redisUrl)
  return {
    ...reading,
    complete:
      reading.complete === undefined || redisUrl === undefined
        ? undefined
        : { ...reading.complete, redisUrl, ...(redisSecurity && { redisSecurity }) },
    problems: [...reading.problems, ...problems, ...securityProblems],
  }
}
