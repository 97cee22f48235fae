import type { Problem } from './problem.ts'

/** Every code an error of ours can carry, what it means and what to do. `docs/errors.md` is generated from this table. */
export const errorCodes = {
  'invalid-configuration': {
    meaning: 'One or more settings are missing, wrong or unknown.',
    fix: 'Each problem is listed with its setting; docs/configuration.md explains them all.',
  },
  'invalid-intent': {
    meaning: 'What was submitted is not a valid intent. Nothing was accepted.',
    fix: 'Correct the fields named in the message and submit again.',
  },
  'invalid-wish': {
    meaning:
      'A cancel or a reschedule does not say what is wanted of which callbacks. Nothing was done.',
    fix: 'Correct the fields named in the message.',
  },
  'id-conflict': {
    meaning:
      'A callback with this id already exists and its content differs. It was left untouched.',
    fix: 'Use another id, or submit exactly the same content to get the state of the existing one.',
  },
  'unknown-destination': {
    meaning: 'No destination of this name is configured.',
    fix: 'Use one of the names in the message, or add the destination to RINGBACK_CONFIG.',
  },
  'callback-not-found': {
    meaning: 'No callback with this id is known: never accepted, or forgotten after its retention.',
    fix: 'Check the id and the destination.',
  },
  'number-key-unknown': {
    meaning:
      'Callbacks cannot be looked up by call or number: no worker that keeps an index has served this destination yet, or the workers use another key than this command.',
    fix: 'Give the command the RINGBACK_NUMBER_KEY that the workers have, or none if they have none; or start a worker.',
  },
  'not-a-dead-letter': {
    meaning: 'The callback with this id is not dead, so it can be neither redriven nor discarded.',
    fix: 'Look at its state with `ringback status ID`.',
  },
  'run-not-found': {
    meaning: 'No plan and no run of this id is known at this destination.',
    fix: 'Look at `ringback runs list`, with the destination that it was planned for. A plan that was not started, and a run that is over, are forgotten after the retention.',
  },
  'empty-plan': {
    meaning: 'The plan selects no callback, so there is nothing to start.',
    fix: 'Make another one with a wider filter; `ringback runs abort PLAN` drops this one.',
  },
  'cannot-verify': {
    meaning:
      'The workers of this destination do not ask Salesforce what it has, so nothing can be verified. Nothing was planned.',
    fix: 'Give the workers RINGBACK_ON_UNCERTAIN=verify and what it needs (docs/configuration.md); or plan without --verify.',
  },
  'audit-not-written': {
    meaning:
      'What was asked for was done, as far as the answer says, and could not be written into the operators’ log.',
    fix: 'Nothing has to be done again. Look why Redis took no entry: a user of an older version has no right to `{ringback:d}:audit`; `ringback acl operator NAME --apply` makes it anew.',
  },
  'producer-closed': {
    meaning: 'The producer was used after it was closed. Nothing was accepted.',
    fix: 'Close it when nothing more is to be submitted, or create another one: `createProducer`.',
  },
  'intake-paused': {
    meaning:
      'Somebody has paused the intake of this destination: the message says who, since when and why. Nothing was accepted.',
    fix: 'Submit again, with the same id, when it is over: the message says when, or whoever paused it runs `ringback resume --intake`.',
  },
  'redis-unavailable': {
    meaning:
      'Redis did not answer, or refused for a reason that is not about the submission: a wrong password, a database that does not exist, a replica. Whether the last submission was accepted is not known; submitted again with the same id, it is accepted once.',
    fix: 'docs/runbook.md, "Redis is away or full", says what to look at.',
  },
  'not-replicated': {
    meaning:
      'Redis has accepted it, and not as many replicas as RINGBACK_WAIT_REPLICAS says had it in time. It may be carried out all the same; it would be lost if the primary were lost now.',
    fix: 'Submit again, with the same id: it is accepted once, and waits for the replicas again. If it goes on, look after them: docs/nodes.md.',
  },
  'not-on-disk': {
    meaning:
      'Redis has accepted it, and has not said in time, or cannot say, that it is on disk, as RINGBACK_WAIT_FSYNC demands. It may be carried out all the same; it would be lost if the machine of Redis failed now.',
    fix: 'Submit again, with the same id: it is accepted once, and waits for the disk again. If it goes on, the message says what the server lacks: Redis 7.2 or newer, or Valkey, with `appendonly yes`; or its disk is slow.',
  },
  'redis-full': {
    meaning:
      'Redis has no room left, in its memory (OOM) or on its disk (MISCONF). Nothing was accepted.',
    fix: 'Raise maxmemory or make room on the disk; then submit again. docs/runbook.md, "Redis is away or full", says more.',
  },
  'sealing-required': {
    meaning:
      'The destination takes sealed numbers only, and this one was not sealed. Nothing was accepted.',
    fix: 'Create the producer with `seal: true`, or give the command --seal; what is submitted needs an id. docs/sealing.md says more.',
  },
  'no-public-key': {
    meaning:
      'Numbers are to be sealed, and no public key of the destination can be read. Nothing was accepted.',
    fix: 'Give the workers RINGBACK_SEAL_KEYS_FILE (docs/sealing.md) and start one; or give the user the right to read `{ringback:d}:public-keys`.',
  },
  'stream-exhausted': {
    meaning:
      'The inbox or results stream has reached the last id that a stream can have, because somebody gave XADD that id: Redis accepts nothing more for this destination. Nothing was accepted.',
    fix: 'Run `ringback repair`; then submit again. docs/runbook.md, "Ids ahead of the clock", says more.',
  },
  'unknown-record': {
    meaning:
      'What Redis holds was written by a newer version of Ringback, or by another program: it is of another type, or too large.',
    fix: 'Use a version at least as new as the one that wrote it; or find out who writes to the keys of Ringback.',
  },
  'redis-not-found': {
    meaning: 'There is no Redis: none was given, none is installed and none could be unpacked.',
    fix: 'Install redis-server (Debian: apt-get install redis-server) or set RINGBACK_REDIS_URL.',
  },
  'redis-did-not-start': {
    meaning: 'A local Redis was started but never answered.',
    fix: 'The end of its log is in the message; its data folder may be damaged or in use.',
  },
  'input-not-readable': {
    meaning: 'A file or stream of intents could not be read, or contains none.',
    fix: 'The message says why: check the path, the permissions and the content of the file.',
  },
  'output-not-writable': {
    meaning:
      'The output of a command could not be written, most often because the disk is full. Its changes may have been made.',
    fix: 'Make room, or write the output elsewhere. Check what has been done before you run the command again.',
  },
} as const

export type ErrorCode = keyof typeof errorCodes

interface RingbackErrorOptions extends ErrorOptions {
  problems?: readonly Problem[]
}

/** What every function of ours throws: a stable `code`, a message that says what, where and what to do, and the cause. */
export class RingbackError extends Error {
  override readonly name = 'RingbackError'
  readonly code: ErrorCode
  /** Field by field for `invalid-intent`, setting by setting for `invalid-configuration`; else empty. */
  readonly problems: readonly Problem[]

  constructor(code: ErrorCode, message: string, options?: RingbackErrorOptions) {
    super(message, options)
    this.code = code
    this.problems = options?.problems ?? []
  }
}

/** The text of anything that was thrown. What Node says of a host with several addresses is in the errors of each. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') {
    return thrown.errors.map(messageOf).join('; ')
  }
  return thrown instanceof Error ? thrown.message : String(thrown)
}
