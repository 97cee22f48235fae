import { z } from 'zod'

import { maskCredentials } from './config-problem.ts'
import {
  settingInfo,
  writtenValue,
  type SettingInfo,
  type SettingsSchema,
  type WrittenValue,
} from './setting.ts'

/** Settings as a configuration file has them, by their names there, with what must not be shown masked. */
export function describeSettings<S extends SettingsSchema>(
  schema: S,
  values: z.output<S>,
): Record<string, WrittenValue> {
  return Object.fromEntries(described(schema, z.encode(schema, values)))
}

function described({ shape }: SettingsSchema, written: object): [string, WrittenValue][] {
  return Object.entries(written).flatMap(([key, value]: [string, unknown]) => {
    const part = shape[key]
    if (part === undefined) return []
    if (part instanceof z.ZodObject) {
      return typeof value === 'object' && value !== null ? described(part, value) : []
    }
    const info = settingInfo(part)
    return [[info.name, shown(writtenValue.optional().parse(value), info)]]
  })
}

function shown(value: WrittenValue | undefined, { secret }: SettingInfo): WrittenValue {
  if (value === undefined) return 'none'
  if (secret === 'all') return '•••'
  return typeof value === 'string' && secret === 'password' ? maskCredentials(value) : value
}
