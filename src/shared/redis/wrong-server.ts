/**
 * What a server answers that is a primary no longer. A script's error wraps these words. Nothing was done: a replica writes
 * nothing, and a blocked command that is told so was given nothing.
 */
const demoted = /\b(?:READONLY|MASTERDOWN|UNBLOCKED)\b/

/** What it answers while it cannot do its work. It mostly passes; where it lasts, the primary may be somewhere else. */
const unable = /\b(?:LOADING|CLUSTERDOWN|NOREPLICAS)\b/

/** How long that may go on before the connection is opened anew, and the address looked up again. */
export const unableForMs = 5_000

/** For ioredis' `reconnectOnError`: go on as you are; connect anew and tell the caller; connect anew and repeat it. */
type Reaction = false | 1 | 2

/**
 * For a connection that fails fast: after any such answer it is opened anew, and the caller is told. Callers set the pace.
 */
export function leaveWrongServer({ message }: Error): Reaction {
  return demoted.test(message) || unable.test(message) ? 1 : false
}

/**
 * For a connection that waits: what a former primary refused is repeated on a new connection, which is not taken for good
 * before its server is a primary. What is only unable is left when that lasts. One for each connection: it remembers.
 */
export function waitForRightServer(monotonic: () => number): (error: Error) => Reaction {
  let unableSinceMs: number | undefined
  return ({ message }) => {
    if (demoted.test(message)) return 2
    if (!unable.test(message)) return false
    unableSinceMs ??= monotonic()
    if (monotonic() - unableSinceMs < unableForMs) return false
    unableSinceMs = undefined
    return 1
  }
}
