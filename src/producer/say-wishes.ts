import type { CancelAnswer, RescheduleAnswer, WishProblem } from '../shared/contract/wish-answer.ts'
import { decodeWish } from '../shared/contract/decode-wish.ts'
import type { WishKind } from '../shared/contract/wish.ts'
import { describeProblems } from '../shared/errors/problem.ts'
import { RingbackError } from '../shared/errors/errors.ts'
import { readWishAnswer, sayWish } from '../shared/store/inbox/wish-answer.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import type { Clock } from '../shared/time/clock.ts'
import { datesAsText } from './dates-as-text.ts'
import { poll } from './poll.ts'
import type { ProducerConnection } from './producer-connection.ts'
import type { Route } from './route.ts'
import type { SealNumbers } from './seal-numbers.ts'
import type { CallbacksInput } from './wish-inputs.ts'

export interface WishContext {
  connection: ProducerConnection
  ref: DestinationRef
  route: Route
  clock: Clock
  numbers: SealNumbers
}

export interface Said<Answer> {
  kind: WishKind
  which: CallbacksInput
  /** What else the entry says. */
  more: Readonly<Record<string, unknown>>
  signal: AbortSignal | undefined
  decode: (json: string) => Answer[] | WishProblem
}

/**
 * Says through the inbox what is wanted, and waits for what the workers make of it. So it needs no more rights than enqueuing does,
 * and a right to read answers; it comes after all that this producer has submitted before; and it stands whatever happens to
 * whoever said it.
 */
export async function sayWishes<Answer extends CancelAnswer | RescheduleAnswer>(
  context: WishContext,
  { kind, which, more, signal, decode }: Said<Answer>,
): Promise<Answer[]> {
  signal?.throwIfAborted()
  const wishes = wantedOf(which).map((wanted) => checked(kind, { ...wanted, ...more }, context))
  const { connection } = context
  const said = await connection.use((redis) =>
    Promise.all(wishes.map((wish) => sayWhereItBelongs(redis, { kind, wish }, context))),
  )
  const answers: Answer[] = []
  for (const { ref, entryId } of said.flat()) {
    const json = await poll(context, signal, () =>
      connection.use((redis) => readWishAnswer(openStore(redis, ref), entryId)),
    )
    const answer = decode(json)
    if (!Array.isArray(answer)) throw problemOf(answer)
    answers.push(...answer)
  }
  return answers
}

/** One of a call or a number is about all partitions. */
async function sayWhereItBelongs(
  redis: Redis,
  { kind, wish }: { kind: WishKind; wish: unknown },
  { ref, route, numbers }: WishContext,
): Promise<{ ref: DestinationRef; entryId: string }[]> {
  const id = idOf(wish)
  const stores = id === undefined ? await route.all(redis) : [await route.home(redis, id)]
  const json = JSON.stringify(await numbers.sealedWish(openStore(redis, ref), wish))
  return await Promise.all(
    stores.map(async (store) => ({
      ref: store.ref,
      entryId: await sayWish(store, { kind, json }),
    })),
  )
}

function idOf(wish: unknown): string | undefined {
  const isOfOne = typeof wish === 'object' && wish !== null && 'id' in wish
  return isOfOne && typeof wish.id === 'string' ? wish.id : undefined
}

function wantedOf(which: CallbacksInput): readonly object[] {
  if (typeof which === 'string') return [{ id: which }]
  return isList(which) ? [...new Set(which)].map((id) => ({ id })) : [which]
}

function isList(which: CallbacksInput): which is readonly string[] {
  return Array.isArray(which)
}

/** As the wire protocol has it; what the workers would not understand is refused here. */
function checked(kind: WishKind, given: object, { clock }: WishContext): unknown {
  const { input, problems } = datesAsText(given)
  const json = JSON.stringify(input)
  const read = decodeWish({ kind, json: Buffer.from(json) }, clock.now())
  const all = read.kind === 'invalid' ? [...problems, ...read.problems] : problems
  if (all.length > 0)
    throw new RingbackError('invalid-wish', describeProblems(all), { problems: all })
  return input
}

function problemOf({ code, message }: WishProblem): RingbackError {
  return new RingbackError(code === 'number-key-unknown' ? code : 'invalid-wish', message)
}
