import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { takeStep, type Step } from '../telemetry/steps.ts'
import type { Redis } from './connection.ts'

type Argument = string | number | Buffer

interface ScriptDefinition<Input, Reply, Name extends string> {
  /** Files in `scripts/`, without `.lua`; the last one is the script, those before it are what it shares. */
  files: readonly [...shared: string[], script: Name]
  keys: (input: Input) => string[]
  args: (input: Input) => Argument[]
  decode: (reply: unknown) => Reply
  /** Its reply is bytes, because anybody may have written what it reads. */
  isBinary?: true
}

/** One atomic transition in Redis, with its keys, arguments and reply typed in one place. */
export type Script<Input, Reply> = (redis: Redis, input: Input) => Promise<Reply>

/** A script that changes something is a step of the same name. */
export function defineScript<Input extends { id: string } | { ids: readonly string[] }, Reply>(
  definition: ScriptDefinition<Input, Reply, Step>,
): Script<Input, Reply> {
  const call = defineReadingScript(definition)
  const step = definition.files[definition.files.length - 1] as Step
  return (redis, input) => {
    const id = 'id' in input ? input.id : undefined
    return takeStep(step, id, () => call(redis, input))
  }
}

/**
 * A script that changes nothing, and so is no step.
 *
 * Calls by SHA and sends the source only where the server does not know it. Each call heals itself after a restart or a
 * SCRIPT FLUSH, and calls made together share one write to the socket.
 */
export function defineReadingScript<Input, Reply>(
  definition: ScriptDefinition<Input, Reply, string>,
): Script<Input, Reply> {
  const source = definition.files.map(readSource).join('\n')
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
  return async (redis, input) => {
    const keys = definition.keys(input)
    const rest = [...keys, ...definition.args(input)]
    try {
      return definition.decode(await bySha(redis, keys.length, rest))
    } catch (error) {
      if (!isUnknownScript(error)) throw error
      return definition.decode(await bySource(redis, keys.length, rest))
    }
  }
}

function readSource(name: string): string {
  return readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}
