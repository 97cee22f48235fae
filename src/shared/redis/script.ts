import { createHash } from 'node:crypto'

import { takeStep, type Step, type StepSubject } from '../telemetry/steps.ts'
import type { Redis } from './connection.ts'
import type { DestinationStore } from './destination-store.ts'
import type { DestinationRef } from './keys.ts'
import { loadLuaScript, withoutDots } from './lua-file.ts'
import { redisErrorKind } from './redis-errors.ts'

type Argument = string | number | Buffer
type Value = Argument | boolean | undefined
type List = readonly string[]

/** Fields of an input that can be sent to a script as they are. */
type Sendable<Input> = {
  [Field in keyof Input]-?: Input[Field] extends Value | List ? Field : never
}[keyof Input] &
  string

interface ScriptDefinition<Input, Reply, Name extends string> {
  /** Of the file, without `.lua`. */
  name: Name
  /** `import.meta.url` of the wrapper: the file lies beside it. */
  beside: string
  /** The file names each in snake_case. One that has three dots there gives as many as there are. */
  keys: Readonly<Record<string, (ref: DestinationRef, input: Input) => string | List>>
  /** Fields of the input; likewise. */
  args: readonly Sendable<Input>[]
  decode: (reply: unknown) => Reply
  /** Its reply is bytes, because anybody may have written what it reads. */
  isBinary?: true
}

/** One atomic transition in Redis, with its keys, arguments and reply typed in one place. */
export type Script<Input, Reply> = (store: DestinationStore, input: Input) => Promise<Reply>

/** What of a script's input says what its step is about. */
type ScriptSubject = Omit<StepSubject, 'destination'>

/** An input whose fields of those names are what a step takes them for. It may have none: what is about several names none. */
type Telling<Input> = {
  [Field in keyof Input]: Field extends keyof ScriptSubject ? ScriptSubject[Field] : unknown
}

/** A script that changes something is a step of the same name. */
export function defineScript<Input extends object & Telling<Input>, Reply>(
  definition: ScriptDefinition<Input, Reply, Step>,
): Script<Input, Reply> {
  const call = defineReadingScript(definition)
  return (store, input) =>
    takeStep(definition.name, subjectOf(store.ref, input), () => call(store, input))
}

function subjectOf({ destination }: DestinationRef, input: object): StepSubject {
  const subject: ScriptSubject = input
  const { id, generation, traceparent } = subject
  // 0 of a callback that ends without one.
  const attempt = subject.attempt === 0 ? undefined : subject.attempt
  return { destination, id, generation, attempt, traceparent }
}

/**
 * A script that changes nothing, and so is not a step.
 *
 * Calls by SHA and sends the source only where the server does not know it. Each call heals itself after a restart or a
 * SCRIPT FLUSH, and calls made together share one write to the socket.
 */
export function defineReadingScript<Input, Reply>(
  definition: ScriptDefinition<Input, Reply, string>,
): Script<Input, Reply> {
  const url = new URL(`${definition.name}.lua`, definition.beside)
  const { source, ...declared } = loadLuaScript(url)
  const keys = inOrder(declared.keys, namedAsInLua(definition.keys), url)
  const args = inOrder(declared.args, fieldsOf(definition.args), url)
  const sha = createHash('sha1').update(source).digest('hex')
  /* eslint-disable ringback/side-effects-are-steps -- defineScript does it within a step, and reading is none */
  const bySha = (redis: Redis, keys: number, rest: readonly Argument[]): Promise<unknown> =>
    definition.isBinary
      ? redis.callBuffer('EVALSHA', sha, keys, ...rest)
      : redis.evalsha(sha, keys, ...rest)
  const bySource = (redis: Redis, keys: number, rest: readonly Argument[]): Promise<unknown> =>
    definition.isBinary
      ? redis.callBuffer('EVAL', source, keys, ...rest)
      : redis.eval(source, keys, ...rest)
  /* eslint-enable ringback/side-effects-are-steps */
  return async ({ redis, ref }, input) => {
    const namedKeys = keys.flatMap((keyOf) => keyOf(ref, input))
    const rest = [...namedKeys, ...args.flatMap((valueOf) => asArgument(valueOf(input)))]
    try {
      return definition.decode(await bySha(redis, namedKeys.length, rest))
    } catch (error) {
      if (redisErrorKind(error) !== 'unknown-script') throw error
      return definition.decode(await bySource(redis, namedKeys.length, rest))
    }
  }
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

/** Lua knows no undefined and no boolean that Redis could send: what is missing, or false, is an empty text. */
function asArgument(value: unknown): Argument | Argument[] {
  if (Array.isArray(value)) return value.map(String)
  if (value === undefined || value === false) return ''
  if (value === true) return '1'
  if (typeof value === 'string' || typeof value === 'number' || Buffer.isBuffer(value)) return value
  throw new TypeError(`a script cannot be given a ${typeof value}`)
}
