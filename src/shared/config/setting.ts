import { z } from 'zod'

import { unreadable, type Reading } from './reading.ts'

/** What is known of a setting besides its value. Its name in a configuration file is its key in the schema. */
export interface SettingInfo {
  env: string
  description: string
  /** With its article, to follow "write": `a duration from 30s to 24h`. */
  format: string
  /** As it would be written; `undefined` when there is none. */
  default: string | undefined
  example: string
  /** Which part of the value must never be shown. */
  secret: Secrecy
  required: boolean
}

/** A group of settings, by their names in a configuration file. */
export type SettingsSchema = z.ZodObject<z.core.$ZodShape>

export type Secrecy = 'no' | 'password' | 'all'

/** A kind of value: how it is written, and how the text is read. */
export interface ValueType<T> {
  format: string
  read: (text: string) => Reading<T>
  /** Quotes around it are known to be none of it. Elsewhere they are refused: nobody can tell. */
  mayBeQuoted?: true
}

type Described = Pick<SettingInfo, 'env' | 'description' | 'example'> & { secret?: Secrecy }

const settingInfos = z.registry<SettingInfo>()

export function requiredSetting<T>(type: ValueType<T>, described: Described) {
  return schemaOf(type).register(settingInfos, infoOf(type, described, { required: true }))
}

export function optionalSetting<T>(type: ValueType<T>, described: Described) {
  return schemaOf(type)
    .optional()
    .register(settingInfos, infoOf(type, described, { required: false }))
}

export function defaultedSetting<T>(
  type: ValueType<T>,
  described: Described & { default: string },
) {
  return schemaOf(type)
    .prefault(described.default)
    .register(settingInfos, {
      ...infoOf(type, described, { required: false }),
      default: described.default,
    })
}

export function settingInfo(schema: z.core.$ZodType): SettingInfo {
  const info = settingInfos.get(schema)
  if (info === undefined) throw new TypeError('a setting is not described')
  return info
}

function infoOf(
  { format }: Pick<ValueType<unknown>, 'format'>,
  { env, description, example, secret = 'no' }: Described,
  { required }: { required: boolean },
): SettingInfo {
  return { env, description, format, default: undefined, example, secret, required }
}

/** As `docker run --env-file` leaves them, and whoever pastes from a page. */
const quoted = /^(?:"[^]*"|'[^]*'|`[^]*`|[“”„][^]*[“”]|[‘’][^]*[‘’])$/

function schemaOf<T>({ read, mayBeQuoted }: ValueType<T>): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const reading =
      quoted.test(text) && mayBeQuoted !== true
        ? unreadable('is in quotes, which became part of the value')
        : read(text)
    if (reading.kind === 'ok') return reading.value
    context.addIssue({ code: 'custom', message: reading.message })
    return z.NEVER
  })
}
