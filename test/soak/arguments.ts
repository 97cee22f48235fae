import { parseArgs } from 'node:util'

const usage = 'npm run soak -- --minutes N [--callbacks M] [--seed S] [--json] [--keep]'

export interface SoakArguments {
  /** How long callbacks come in and faults go on; then everything heals, and what is left is waited for. */
  minutes: number
  callbacks: number
  /** The same seed gives the same callbacks and the same schedule of faults. */
  seed: number
  json: boolean
  /** Redis' data and the workers' logs stay, as they do when it fails. */
  keep: boolean
}

const callbacksAMinute = 3_000

/** Throws with words for people. `freshSeed` is used where none is given. */
export function readArguments(args: readonly string[], freshSeed: number): SoakArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      callbacks: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  })
  if (values.minutes === undefined) throw new Error(`--minutes is missing. ${usage}`)
  const minutes = positive('minutes', values.minutes)
  const callbacks = values.callbacks ?? String(Math.ceil(callbacksAMinute * minutes))
  return {
    minutes,
    callbacks: whole('callbacks', callbacks),
    seed: whole('seed', values.seed ?? String(freshSeed)),
    json: values.json,
    keep: values.keep,
  }
}

function whole(name: string, text: string): number {
  const number = positive(name, text)
  if (Number.isSafeInteger(number)) return number
  throw new Error(`--${name} must be a whole number. ${usage}`)
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (number > 0 && Number.isFinite(number)) return number
  throw new Error(`--${name} must be a number above 0. ${usage}`)
}
