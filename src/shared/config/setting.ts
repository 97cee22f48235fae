import { z } from 'zod'

import { unreadable, type Reading } from './reading.ts'

/** How a setting is written in a configuration file. In the environment it is always a text. */
export const writtenValue = z.union([z.string(), z.number(), z.boolean()])

export type WrittenValue = z.output<typeof writtenValue>

/** A kind of value: how it is written, how that is read, and how a value that was read is written again. */
export interface ValueType<T> {
  format: string
  read: (text: string) => Reading<T>
  write: (value: T) => WrittenValue
  /** Quotes around it are known to be none of it. Elsewhere they are refused: nobody can tell. */
  mayBeQuoted?: true
}

/** `numbers`: whatever looks like a customer's number. */
export type Secrecy = 'no' | 'password' | 'numbers' | 'all'

interface Description {
  /** In a configuration file. */
  name: string
  env: string
  description: string
  example: string
  /** Which part of the value must never be shown. */
  secret?: Secrecy
  /** A destination of the file never takes it from the environment. */
  neverInherited?: true
  /** No requirement by itself, but meant to be filled in by whoever starts with `.env.example`. */
  suggested?: true
}

/** What is known of a setting besides its value. */
export interface SettingInfo extends Description {
  /** With its article, to follow "write": `a duration from 30s to 24h`. */
  format: string
  /** As it would be written; `undefined` when there is none. */
  default: string | undefined
  secret: Secrecy
  required: boolean
}

/** A setting by itself. What it is called and how it is explained is in its `settingInfo`. */
export type Setting<T = unknown> = z.core.$ZodType<T>

/** Settings by their names in the configuration that comes of them, which may have objects in it. */
export type SettingsSchema = z.ZodObject<z.core.$ZodShape>

const settingInfos = z.registry<SettingInfo>()

export function requiredSetting<T>(type: ValueType<T>, described: Description) {
  return written(type).register(settingInfos, infoOf(type, described, { required: true }))
}

export function optionalSetting<T>(type: ValueType<T>, described: Description) {
  return writtenOrNot(type).register(settingInfos, infoOf(type, described, { required: false }))
}

export function defaultedSetting<T>(
  type: ValueType<T>,
  described: Description & { default: string },
) {
  const info = infoOf(type, described, { required: false })
  return written(type)
    .prefault(described.default)
    .register(settingInfos, { ...info, default: described.default })
}

export function settingInfo(setting: Setting): SettingInfo {
  const info = settingInfos.get(setting)
  if (info === undefined) throw new TypeError('a setting is not described')
  return info
}

/** All settings of a schema, in its order. */
export function settingsIn({ shape }: SettingsSchema): Setting[] {
  return Object.values(shape).flatMap((part) =>
    part instanceof z.ZodObject ? settingsIn(part) : [part],
  )
}

function infoOf(
  { format }: { format: string },
  described: Description,
  { required }: { required: boolean },
): SettingInfo {
  return { secret: 'no', ...described, format, default: undefined, required }
}

/** As `docker run --env-file` leaves them, and whoever pastes from a page. */
const quoted = /^(?:"[^]*"|'[^]*'|`[^]*`|[“”„][^]*[“”]|[‘’][^]*[‘’])$/

function written<T>(type: ValueType<T>) {
  return z.codec(writtenValue, z.custom<T>(), {
    decode: (given, context) => readInto(context, type, given),
    encode: type.write,
  })
}

/** The key of what is not given stays, with `undefined`: whoever takes the configuration has to think of it. */
function writtenOrNot<T>(type: ValueType<T>) {
  return z.codec(writtenValue.optional(), z.custom<T | undefined>(), {
    decode: (given, context) => (given === undefined ? undefined : readInto(context, type, given)),
    encode: (value) => (value === undefined ? undefined : type.write(value)),
  })
}

function readInto<T>(
  context: z.core.ParsePayload,
  { read, mayBeQuoted }: ValueType<T>,
  given: WrittenValue,
): T {
  const text = String(given)
  const reading =
    quoted.test(text) && mayBeQuoted !== true
      ? unreadable('is in quotes, which became part of the value')
      : read(text)
  if (reading.kind === 'ok') return reading.value
  context.issues.push({ code: 'custom', message: reading.message, input: given })
  return z.NEVER
}
