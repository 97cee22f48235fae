import { takeStep, type Step, type StepSubject } from '../telemetry/steps.ts'
import type { DestinationStore } from './destination-store.ts'
import type { DestinationRef } from './keys.ts'
import { loadLuaScript } from './lua-file.ts'
import { asList } from './reply.ts'
import { callOf, fileOf, sendingOf, type Argument, type Given } from './script-call.ts'

interface ScriptDefinition<Input, Reply, Name extends string> extends Given<Input> {
  /** Of the file, without `.lua`. */
  name: Name
  /** `import.meta.url` of the wrapper: the file lies beside it. */
  beside: string
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

/** A script that changes nothing, and so is not a step. */
export function defineReadingScript<Input, Reply>(
  definition: ScriptDefinition<Input, Reply, string>,
): Script<Input, Reply> {
  const url = fileOf(definition)
  const script = loadLuaScript(url)
  const sending = sendingOf(definition, script, url)
  const call = callOf(definition.name, script, definition.isBinary)
  return async ({ redis, ref }, input) => {
    const sent: Argument[] = []
    sending.addKeys(sent, ref, input)
    const keyCount = sent.length
    sending.addArgs(sent, input)
    return definition.decode(await call(redis, keyCount, sent))
  }
}

/** Of a script for several things in one go: what they have in common, and what each of them has of its own. */
interface PagedDefinition<Shared, Each, Reply, Name extends string> extends Given<Shared> {
  name: Name
  beside: string
  each: Given<Each>
  /** What it says of one of them. */
  decode: (reply: unknown) => Reply
}

/** A transition of several things in one go; a reply for each, in their order. */
export type PagedScript<Shared, Each, Reply> = (
  store: DestinationStore,
  shared: Shared,
  page: readonly Each[],
) => Promise<Reply[]>

/**
 * One step for all of them; it is about one of them only where there is no other. What fails in one of them is an error of the
 * whole, and what was done for those before it stays: whoever calls it asks again, for each alone.
 */
export function definePagedScript<Shared, Each extends object & Telling<Each>, Reply>(
  definition: PagedDefinition<Shared, Each, Reply, Step>,
): PagedScript<Shared, Each, Reply> {
  const call = definePagedReadingScript(definition)
  return (store, shared, page) => {
    const [first, second] = page
    const subject = subjectOf(store.ref, first === undefined || second !== undefined ? {} : first)
    return page.length === 0
      ? Promise.resolve([])
      : takeStep(definition.name, subject, () => call(store, shared, page))
  }
}

/** The same of a script that changes nothing, and so is not a step. */
export function definePagedReadingScript<Shared, Each, Reply>(
  definition: PagedDefinition<Shared, Each, Reply, string>,
): PagedScript<Shared, Each, Reply> {
  const url = fileOf(definition)
  const script = loadLuaScript(url)
  const { eachKeys, eachArgs } = script
  const common = sendingOf(definition, script, url)
  const own = sendingOf(definition.each, { keys: eachKeys, args: eachArgs }, url)
  const call = callOf(definition.name, script)
  return async ({ redis, ref }, shared, page) => {
    if (page.length === 0) return []
    const sent: Argument[] = []
    common.addKeys(sent, ref, shared)
    for (const one of page) own.addKeys(sent, ref, one)
    const keyCount = sent.length
    common.addArgs(sent, shared)
    for (const one of page) own.addArgs(sent, one)
    const replies = await call(redis, keyCount, sent)
    return asList(replies).map(definition.decode)
  }
}

function subjectOf({ destination }: DestinationRef, input: object): StepSubject {
  const subject: ScriptSubject = input
  const { id, generation, traceparent, runId, decidedBy } = subject
  // 0 of a callback that ends without one.
  const attempt = subject.attempt === 0 ? undefined : subject.attempt
  return { destination, id, generation, attempt, traceparent, runId, decidedBy }
}

/** The same for a single one. */
export async function ofOne<Reply>(replies: Promise<Reply[]>): Promise<Reply> {
  const [reply, ...more] = await replies
  if (reply === undefined || more.length > 0) throw new Error('one reply was expected')
  return reply
}
