import { channel } from 'node:diagnostics_channel'

/**
 * Every side effect on a callback's way, in the order of the way. Between any two of them a process may die, and what
 * happens then is a promise of ours: test/scenario/crash-at-every-step.test.ts kills real processes before and after each
 * step of this table, and does not compile until a new one has its scene.
 */
export const stepTable = {
  'destination.register':
    'a destination is named in the registry, by whoever serves it, sends to it or has met its keys',
  'walk.lease': 'a worker says that it is the one that walks through the keys (SET NX, or PEXPIRE)',
  accept: 'a producer’s submission becomes a promise: ledger and inbox entry (accept.lua)',
  'inbox.add': 'an entry is put into the inbox unchecked (XADD)',
  'inbox.group': 'the consumer group of an inbox is created',
  'inbox.read': 'the bridge waits for new entries and is given them (XREADGROUP)',
  'inbox.reread': 'the bridge looks again at what it was given and could not move',
  'inbox.claim': 'the bridge takes over what a dead one was given (XAUTOCLAIM)',
  'inbox.forget': 'a bridge that was not heard of for a day leaves the consumer group',
  open: 'the ledger of an entry is opened (open.lua)',
  bury: 'an entry that cannot become a callback becomes a dead letter (bury.lua)',
  'queue.add': 'the callback’s job is put on the queue',
  confirm: 'the callback is scheduled, and its entry leaves the inbox (confirm.lua)',
  begin: 'an attempt is opened in the ledger (begin.lua)',
  'salesforce.send':
    'the request goes out: the connection is there … its last byte is out of our hands',
  'salesforce.answer': 'the answer is read: its head is there … its end is',
  settle: 'what an attempt came to is recorded, with the end if it is one (settle.lua)',
  'token.send':
    'the same as the request for an access token goes out, where an outcome is verified',
  'token.answer': 'the access token is read',
  'query.send': 'the question goes out whether an uncertain attempt was booked',
  'query.answer': 'what Salesforce says to it is read',
  verify: 'what that means for the callback is recorded, with the end if it is one (verify.lua)',
  'queue.delay': 'the queue is told when the next attempt is due',
  'queue.finish': 'the queue is told that nothing is left to do',
  'queue.retry': 'a job that failed by no will of ours is put back',
  'queue.promote': 'a job that waits past its time is taken up now',
  'queue.remove':
    'a job is taken off the queue: to be put on anew, or because its callback was erased',
  relist: 'a dead letter is named again in the index that had lost it (relist.lua)',
  unlist: 'what is no dead letter leaves their index (unlist.lua)',
  redrive: 'a dead letter goes through the inbox again (redrive.lua)',
  resolve: 'somebody has said whether an uncertain callback was booked (resolve.lua)',
  discard: 'a dead letter is given up (discard.lua)',
  erase:
    'a callback is forgotten, with its inbox entry and its place among the dead letters (erase.lua)',
  'erase-entry': 'an inbox entry is forgotten before it became a callback (erase-entry.lua)',
  'erase.records': 'it is forgotten whose ContactRequests are, where the id says a number',
  'erase.result': 'an entry of the results is forgotten',
  'erase.event': 'an event that BullMQ kept is forgotten',
  realign: 'the ids of a stream are brought back to Redis’ clock (realign.lua)',
  retime: 'a promise that a wrong clock or id has put off counts as accepted now (retime.lua)',
} as const

export type Step = keyof typeof stepTable

/** What subscribers of {@link stepChannel} get. Never a token or a key, nor a number that no producer made part of an id. */
export interface StepMessage {
  step: Step
  when: 'before' | 'after'
  /** The callback's, where the step is about one. */
  id: string | undefined
}

export const stepChannel = 'ringback:step'

const published = channel(stepChannel)

/** False while nobody listens: whoever has to prepare something for what it publishes may leave it. */
export function areStepsWatched(): boolean {
  return published.hasSubscribers
}

/** For the moments that are no call of ours: BullMQ and got say when they have come. */
export function reachStep(step: Step, when: StepMessage['when'], id?: string): void {
  if (published.hasSubscribers) published.publish({ step, when, id } satisfies StepMessage)
}

/**
 * Does what a step consists of. A failed one has no `after`. What it does runs within the stores that subscribers have
 * bound, so that a tracer sees which commands belong to it.
 */
export function takeStep<Result>(
  step: Step,
  id: string | undefined,
  act: () => Promise<Result>,
): Promise<Result> {
  return published.hasSubscribers ? takeWatchedStep(step, id, act) : act()
}

async function takeWatchedStep<Result>(
  step: Step,
  id: string | undefined,
  act: () => Promise<Result>,
): Promise<Result> {
  const before: StepMessage = { step, when: 'before', id }
  const result = await published.runStores(before, act)
  reachStep(step, 'after', id)
  return result
}
