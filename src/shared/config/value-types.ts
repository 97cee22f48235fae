import { isIP } from 'node:net'

import { salesforceIdIsValid, withRestoredCase } from '../contract/salesforce-id.ts'
import { formatDuration, parseDurationMs } from '../time/duration.ts'
import { read, unreadable } from './reading.ts'
import type { ValueType } from './setting.ts'

/** What reads its own values as they are. */
export function asItIs<T>(value: T): T {
  return value
}

export function duration({ min, max }: { min: string; max: string }): ValueType<number> {
  const minMs = parseDurationMs(min) ?? NaN
  const maxMs = parseDurationMs(max) ?? NaN
  return {
    format: `a duration from ${min} to ${max}`,
    read(text) {
      const ms = parseDurationMs(text)
      if (ms === undefined) return unreadable('is not a duration')
      if (ms < minMs) return unreadable(`is shorter than ${min}`)
      if (ms > maxMs) return unreadable(`is longer than ${max}`)
      return read(ms)
    },
    write: formatDuration,
  }
}

interface Range {
  min: number
  max: number
}

export function wholeNumber(range: Range): ValueType<number> {
  return {
    format: `a whole number from ${range.min} to ${range.max}`,
    read: (text) =>
      /^\d+$/.test(text) ? within(Number(text), range) : unreadable('is not a whole number'),
    write: asItIs,
  }
}

export function decimalNumber(range: Range): ValueType<number> {
  return {
    format: `a number from ${range.min} to ${range.max}`,
    read: (text) =>
      /^\d+(\.\d+)?$/.test(text)
        ? within(Number(text), range)
        : unreadable('is not a number such as 2 or 1.5'),
    write: asItIs,
  }
}

function within(value: number, { min, max }: Range) {
  if (value < min) return unreadable(`is less than ${min}`)
  if (value > max) return unreadable(`is more than ${max}`)
  return read(value)
}

/** `none` switches off what the number would set. */
export function orNone<T>(type: ValueType<T>): ValueType<T | undefined> {
  return {
    format: `${type.format}, or \`none\``,
    read: (text) => (text === 'none' ? read(undefined) : type.read(text)),
    write: (value) => (value === undefined ? 'none' : type.write(value)),
  }
}

export function oneOf<const T extends string>(words: readonly T[]): ValueType<T> {
  return {
    format: `one of ${words.map((word) => `\`${word}\``).join(', ')}`,
    read(text) {
      const word = words.find((known) => known === text)
      return word === undefined ? unreadable('is not one of the words it may be') : read(word)
    },
    write: asItIs,
  }
}

export const trueOrFalse: ValueType<boolean> = {
  format: '`true` or `false`',
  read: (text) =>
    text === 'true' || text === 'false'
      ? read(text === 'true')
      : unreadable('is neither true nor false'),
  write: asItIs,
}

export function matching(pattern: RegExp, format: string): ValueType<string> {
  return {
    format,
    read: (text) => (pattern.test(text) ? read(text) : unreadable(`is not ${format}`)),
    write: asItIs,
  }
}

export const privateKeyText: ValueType<string> = {
  format:
    'an RSA private key of 2048 bits or more in PEM form, PKCS#1 or PKCS#8, without a passphrase; line breaks may be written as `\\n`, or be lost',
  read,
  write: asItIs,
  mayBeQuoted: true,
}

/** Whether the file exists is found out when it is read. A key in place of its path is caught here, unprinted. */
export function filePath(format: string): ValueType<string> {
  return {
    format,
    read: (text) =>
      text.includes('-----BEGIN')
        ? unreadable('holds PEM text, not the path of a file')
        : read(text),
    write: asItIs,
  }
}

export const hostToListenOn: ValueType<string> = {
  format: 'an IP address without brackets, or a host name',
  read: (text) =>
    isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)
      ? read(text)
      : unreadable('is not a host'),
  write: asItIs,
}

/** Of this machine alone. */
export function isLoopbackHost(text: string): boolean {
  return text === 'localhost' || text === '::1' || (isIP(text) === 4 && text.startsWith('127.'))
}

/** Kept as its first 15 characters: every documented `iss` has 15 (salesforce.md section 1). */
export const orgId: ValueType<string> = {
  format: 'an organization id: 15 or 18 letters and digits that start with 00D',
  read(text) {
    if (/^00D[A-Za-z0-9]{12}$/.test(text)) return read(text)
    if (!/^00D[A-Za-z0-9]{15}$/i.test(text))
      return unreadable('is not a Salesforce organization id')
    const id = salesforceIdIsValid(text) ? text : withRestoredCase(text)
    return id?.startsWith('00D')
      ? read(id.slice(0, 15))
      : unreadable('has three last characters that do not fit the others: one of them is wrong')
  },
  write: asItIs,
}
