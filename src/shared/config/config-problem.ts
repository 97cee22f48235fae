import { maskNumbersIn } from '../phone/mask.ts'
import type { Secrecy, SettingInfo } from './setting.ts'

/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** As the user knows it: `RINGBACK_RATE`, or `destinations.acme.rate` of the file. */
  name: string
  wrong: string
  /** What was given, already masked; `undefined` when nothing was, or when it says nothing. */
  got: string | undefined
  fix: string
}

/** One line: `RINGBACK_RATE: is not a number (got: "fast"); write a number from …, for example 2.5`. */
export function problemLine({ name, wrong, got, fix }: ConfigProblem): string {
  return `${name}: ${wrong}${got === undefined ? '' : ` (got: ${got})`}; ${fix}`
}

export function fixOf({ format, example }: SettingInfo): string {
  return `write ${format}, for example ${example}`
}

const maxShown = 100
const plainAddress = /^(?:[a-z][a-z0-9+.-]*:\/{0,2})?[a-z0-9.-]+(?::\d{1,5})?(?:\/\d*)?$/i

/** A value fit for a message. What may hold a secret is cut away even where it does not belong. */
export function shownValue(text: string, secret: Secrecy): string {
  if (text === '') return '""'
  if (secret === 'all' || text.includes('-----BEGIN')) return '•••'
  const known = maskCredentials(text)
  const masked = secret === 'numbers' ? maskNumbersIn(known) : known
  if (secret === 'password' && masked === text && !plainAddress.test(text)) return '•••'
  return JSON.stringify(masked.length > maxShown ? `${masked.slice(0, maxShown)}…` : masked)
}

/** Masks all up to the last `@`, and any query: `redis://•••@host:6379`. */
export function maskCredentials(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? ''
  const rest = text.slice(scheme.length)
  const host = rest.slice(rest.lastIndexOf('@') + 1)
  const kept = scheme === '' ? host : host.replace(/[?#][^]*/, '?•••')
  return `${scheme}${rest.includes('@') ? '•••@' : ''}${kept}`
}
