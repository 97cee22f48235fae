import type { CancelAnswer, RescheduleAnswer, WishProblem } from '../shared/contract/wish-answer.ts'
import { decodeWish } from '../shared/contract/decode-wish.ts'
import type { WishKind } from '../shared/contract/wish.ts'
import { describeProblems } from '../shared/errors/problem.ts'
import { RingbackError } from '../shared/errors/errors.ts'
import { readWishAnswer, sayWish } from '../shared/store/inbox/wish-answer.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { openStore } from '../shared/redis/destination-store.ts'
import type { Clock } from '../shared/time/clock.ts'
import { datesAsText } from './dates-as-text.ts'
import { poll } from './poll.ts'
import type { ProducerConnection } from './producer-connection.ts'
import type { SealNumbers } from './seal-numbers.ts'
import type { CallbacksInput } from './wish-inputs.ts'

export interface WishContext {
  connection: ProducerConnection
  ref: DestinationRef
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
  const { connection, ref, numbers } = context
  const entryIds = await connection.use(async (redis) => {
    const store = openStore(redis, ref)
    const sealed = await Promise.all(wishes.map((wish) => numbers.sealedWish(store, wish)))
    return await Promise.all(
      sealed.map((wish) => sayWish(store, { kind, json: JSON.stringify(wish) })),
    )
  })
  const answers: Answer[] = []
  for (const entryId of entryIds) {
    const json = await poll(context, signal, () =>
      connection.use((redis) => readWishAnswer(openStore(redis, ref), entryId)),
    )
    const answer = decode(json)
    if (!Array.isArray(answer)) throw problemOf(answer)
    answers.push(...answer)
  }
  return answers
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
