import { messageOf } from '../errors/errors.ts'

// The only place that knows Redis' error words; everybody else asks what kind of error it is.

/** What an error of Redis is about. */
export type RedisErrorKind =
  /** A key holds something that Ringback does not write there. */
  | 'other-content'
  /** A stream has had an entry with the last id there is. */
  | 'exhausted'
  /** It is a primary no longer, or never was one. A replica writes nothing, and whoever was blocked was given nothing. */
  | 'replica'
  | 'no-such-database'
  | 'too-many-clients'
  | 'loading'
  | 'unauthenticated'
  | 'forbidden'
  | 'no-replicas'
  | 'cluster-down'
  /** The key is on another node. */
  | 'moved'
  /** The key is about to be on another node. */
  | 'moving'
  | 'cross-slot'
  /** It has no room, in memory or on its disk. */
  | 'full'
  /** A script has run for too long. */
  | 'busy'
  | 'append-only-file-off'
  | 'no-group'
  | 'group-exists'
  | 'unknown-script'
  /** It is older than the command. */
  | 'unknown-command'
  /** Lua's own words: a bug in a script of ours. */
  | 'script-defect'
  | 'other'

/** What Ringback says of a server that answered and is not taken. Sorted below as Redis' own words are. */
export const refusals = {
  loading: 'it is loading its data (LOADING)',
  replica: 'it is a replica, and accepts no writes',
  database: (database: string, why: string) => `it refused to select database ${database}: ${why}`,
} as const

/**
 * Wherever in a message they stand: a script's error wraps them. The first that fits counts, so what is in Redis comes first,
 * and Lua's words, which may quote any other, last.
 */
const words: readonly (readonly [RedisErrorKind, RegExp])[] = [
  [
    'other-content',
    /\bWRONGTYPE\b|\b(?:value|hash value) is not (?:an integer|a float|a valid float)|\bis not a valid float\b|\bincrement or decrement would overflow\b/,
  ],
  ['exhausted', /exhausted the last possible ID/i],
  ['replica', /\b(?:READONLY|MASTERDOWN|UNBLOCKED)\b|\bis a replica\b/],
  ['no-such-database', /select database/],
  ['too-many-clients', /max number of clients/],
  ['loading', /\bLOADING\b/],
  ['unauthenticated', /\b(?:NOAUTH|WRONGPASS)\b|invalid (?:username|password)/],
  ['forbidden', /\bNOPERM\b|can't run this command|no permissions/i],
  ['no-replicas', /\bNOREPLICAS\b/],
  ['cluster-down', /\bCLUSTERDOWN\b/],
  ['cross-slot', /\bCROSSSLOT\b/],
  ['moved', /\bMOVED\b/],
  ['moving', /\b(?:ASK|TRYAGAIN)\b/],
  ['full', /\b(?:OOM|MISCONF)\b/],
  ['busy', /\bBUSY\b/],
  ['append-only-file-off', /\bappendonly is disabled\b/],
  ['no-group', /\bNOGROUP\b/],
  ['group-exists', /\bBUSYGROUP\b/],
  ['unknown-script', /\bNOSCRIPT\b/],
  ['unknown-command', /\bunknown command\b/],
  // Directly behind the place in the script; what a command in it answered begins with a code. The place is said once by
  // Redis 7, and up to twice by 6.2: `@user_script:12: user_script:12: attempt to …`.
  ['script-defect', /user_script:\d+: (?!@?user_script:)(?!-?[A-Z]{2,}\b)/],
]

/** What an error is about, by its words. Whether Redis said them is another question: {@link isReply}. */
export function redisErrorKind(error: unknown): RedisErrorKind {
  return kindOfWords(messageOf(error))
}

/** Of an answer that no client has made an error of. */
export function kindOfWords(text: string): RedisErrorKind {
  return words.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other'
}

/** As ioredis tells what a server answered. */
interface ReplyError extends Error {
  name: 'ReplyError'
}

/** True for what Redis itself answered to a command. */
export function isReply(error: unknown): error is ReplyError {
  return error instanceof Error && error.name === 'ReplyError'
}

/** What Redis said, without the code in front of it. */
export function withoutCode(message: string): string {
  return message.replace(/^[A-Z]+ /, '')
}
