import { createHash } from 'node:crypto'

import { timeScript } from '../telemetry/script-timings.ts'
import type { Redis } from './connection.ts'
import type { DestinationRef } from './keys.ts'
import { withoutDots, type LuaScript } from './lua-file.ts'
import { redisErrorKind } from './redis-errors.ts'

export type Argument = string | number | Buffer
type Value = Argument | boolean | undefined
type List = readonly string[]

/** Fields of an input that can be sent to a script as they are. */
export type Sendable<Input> = {
  [Field in keyof Input]-?: Input[Field] extends Value | List ? Field : never
}[keyof Input] &
  string

/** What a script is given of one thing: its keys and its arguments, as its file names them in snake_case. */
export interface Given<Input> {
  /** One that has three dots in the file gives as many as there are. */
  keys: Readonly<Record<string, (ref: DestinationRef, input: Input) => string | List>>
  /** Fields of the input; likewise. */
  args: readonly Sendable<Input>[]
}

/** In the order of the file: what is sent. It is written into a list that is there: a page of entries has hundreds. */
export interface Sending<Input> {
  addKeys(sent: Argument[], ref: DestinationRef, input: Input): void
  addArgs(sent: Argument[], input: Input): void
}

/** `names`: as the file gives them. */
export function sendingOf<Input>(
  { keys, args }: Given<Input>,
  names: Pick<LuaScript, 'keys' | 'args'>,
  url: URL,
): Sending<Input> {
  const keyGetters = inOrder(names.keys, namedAsInLua(keys), url)
  const argGetters = inOrder(names.args, fieldsOf(args), url)
  return {
    addKeys: (sent, ref, input) => {
      for (const keyOf of keyGetters) add(sent, keyOf(ref, input))
    },
    addArgs: (sent, input) => {
      for (const valueOf of argGetters) add(sent, asArgument(valueOf(input)))
    },
  }
}

/** Calls a script by SHA, and sends the source only where the server does not know it. */
export type Call = (redis: Redis, keyCount: number, rest: readonly Argument[]) => Promise<unknown>

/**
 * Each call heals itself after a restart or a SCRIPT FLUSH, and calls made together share one write to the socket. `isBinary`: the
 * reply is bytes.
 */
export function callOf(name: string, { source }: LuaScript, isBinary = false): Call {
  const sha = createHash('sha1').update(source).digest('hex')
  /* eslint-disable ringback/side-effects-are-steps -- defineScript does it within a step, and reading is none */
  const bySha: Call = (redis, keyCount, rest) =>
    isBinary
      ? redis.callBuffer('EVALSHA', sha, keyCount, ...rest)
      : redis.evalsha(sha, keyCount, ...rest)
  const bySource: Call = (redis, keyCount, rest) =>
    isBinary
      ? redis.callBuffer('EVAL', source, keyCount, ...rest)
      : redis.eval(source, keyCount, ...rest)
  /* eslint-enable ringback/side-effects-are-steps */
  return async (redis, keyCount, rest) => {
    const tellTime = timeScript(name)
    try {
      return await bySha(redis, keyCount, rest)
    } catch (error) {
      if (redisErrorKind(error) !== 'unknown-script') throw error
      return await bySource(redis, keyCount, rest)
    } finally {
      tellTime()
    }
  }
}

export function fileOf({ name, beside }: { name: string; beside: string }): URL {
  return new URL(`${name}.lua`, beside)
}

/** The file's order is the order. What one side names and the other does not is a bug, found when the module is loaded. */
function inOrder<Getter>(
  declared: readonly string[],
  given: ReadonlyMap<string, Getter>,
  { href }: URL,
): Getter[] {
  const names = declared.map(withoutDots)
  const unknown = [...given.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`${href} is given ${unknown}, which it does not name`)
  return names.map((name) => {
    const getter = given.get(name)
    if (getter === undefined) throw new Error(`${href} names ${name}, and is not given it`)
    return getter
  })
}

function namedAsInLua<Getter>(getters: Readonly<Record<string, Getter>>): Map<string, Getter> {
  return new Map(Object.entries(getters).map(([name, getter]) => [snakeCase(name), getter]))
}

function fieldsOf<Input>(fields: readonly Sendable<Input>[]) {
  return new Map(fields.map((field) => [snakeCase(field), (input: Input) => input[field]] as const))
}

function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)
}

function add(sent: Argument[], given: Argument | readonly Argument[]): void {
  if (typeof given === 'object' && !Buffer.isBuffer(given)) sent.push(...given)
  else sent.push(given)
}

/** Lua knows no undefined and no boolean that Redis could send: what is missing, or false, is an empty text. */
function asArgument(value: unknown): Argument | Argument[] {
  if (Array.isArray(value)) return value.map(String)
  if (value === undefined || value === false) return ''
  if (value === true) return '1'
  if (typeof value === 'string' || typeof value === 'number' || Buffer.isBuffer(value)) return value
  throw new TypeError(`a script cannot be given a ${typeof value}`)
}
