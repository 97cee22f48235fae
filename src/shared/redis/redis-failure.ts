import { isForTls, placeOf } from '../config/redis-address.ts'
import { messageOf, RingbackError } from '../errors/errors.ts'
import { isUnknownAuthority } from '../errors/unknown-authority.ts'
import { PlaceUnknown } from './directory.ts'
import { errorOrigin } from './error-origin.ts'
import { isReply, redisErrorKind, type RedisErrorKind } from './redis-errors.ts'

/**
 * What a failure of a command on a fail-fast connection means to the caller: there is no Redis, no room in it, no id left in
 * a stream of it, or something in it that is not ours. An error that is not about Redis comes back as it was.
 */
export function redisFailure(url: string, error: unknown): Error {
  if (error instanceof RingbackError) return error
  const kind = redisErrorKind(error)
  if (kind === 'exhausted') return exhausted(url, error)
  switch (errorOrigin(error)) {
    case 'connection':
      return unavailable(url, error)
    case 'refusal':
      return kind === 'full' ? full(url, error) : unavailable(url, error)
    case 'record':
      return foreignRecord(url, error)
    case 'ours':
      return error instanceof Error ? error : new Error(messageOf(error))
  }
}

function foreignRecord(url: string, error: unknown): RingbackError {
  return new RingbackError(
    'unknown-record',
    `Redis at ${placeOf(url)} holds something else where Ringback keeps its own: ${reasonOf(error)}.`,
    { cause: error },
  )
}

function full(url: string, error: unknown): RingbackError {
  return new RingbackError(
    'redis-full',
    `Redis at ${placeOf(url)} has no room left and accepts nothing: ${reasonOf(error)}. Raise its maxmemory or make ` +
      'room on its disk, then submit again.',
    { cause: error },
  )
}

function exhausted(url: string, error: unknown): RingbackError {
  return new RingbackError(
    'stream-exhausted',
    `The destination’s stream in Redis at ${placeOf(url)} has reached the last possible id, and accepts nothing: somebody ` +
      'gave XADD that id. Run ringback repair, then submit again.',
    { cause: error },
  )
}

/** There is none, or there is one that does not do it. */
function unavailable(url: string, error: unknown): RingbackError {
  const { wrong, advice } = explainUnavailable(url, error)
  return new RingbackError('redis-unavailable', `${wrong} ${advice}, then try again.`, {
    cause: error,
  })
}

/** A sentence that says what is wrong, and what to do about it, without its full stop. */
export function explainUnavailable(url: string, error: unknown): { wrong: string; advice: string } {
  // Nobody says where the primary is, because of this.
  const first = error instanceof PlaceUnknown ? (error.cause ?? error) : error
  const { what, advice } = explain({
    reason: reasonOf(first),
    kind: isAnswer(first) ? redisErrorKind(first) : undefined,
    code: codeOf(first),
    isTls: isForTls(url),
    isNamedByOthers: /^\w+\+/.test(url),
  })
  return { wrong: `Redis at ${placeOf(url)} ${what}: ${reasonOf(error)}.`, advice }
}

interface Facts {
  reason: string
  /** Of what the server said: whatever is wrong, it is there. Undefined: it said nothing. */
  kind: RedisErrorKind | undefined
  /** Node's, of a connection that could not be made. */
  code: string
  isTls: boolean
  /** Sentinels or nodes of a cluster say where it is. */
  isNamedByOthers: boolean
}

const untrusted = /^(?:CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/
const otherProtocol = /^(?:EPROTO|ERR_SSL_\w+)$/

function explain({ reason, kind, code, isTls, isNamedByOthers }: Facts): {
  what: string
  advice: string
} {
  if (kind !== undefined) return { what: 'refused', advice: advices[kind] ?? defaultAdvice }
  if (isUnknownAuthority(code)) {
    return {
      what: 'has a certificate from an authority that Node does not know',
      advice:
        'Name the file with that authority’s certificate in RINGBACK_REDIS_CA_FILE, or in NODE_EXTRA_CA_CERTS before Ringback starts',
    }
  }
  if (untrusted.test(code)) {
    return {
      what: 'has a certificate that cannot be trusted',
      advice: adviceOnNames(isNamedByOthers),
    }
  }
  if (otherProtocol.test(code)) {
    return {
      what: 'made no TLS connection',
      advice:
        'Check that RINGBACK_REDIS_URL names its TLS port, and whether it wants a client certificate',
    }
  }
  if (isTls && (code === 'ETIMEDOUT' || reason.startsWith('it was not ready'))) {
    return {
      what: 'did not answer',
      advice:
        'Check that it runs and that this is its TLS port: a plain one needs redis://, not rediss://',
    }
  }
  if (code === 'ECONNRESET' || reason === closedInSilence) {
    return { what: 'closed the connection', advice: isTls ? defaultAdvice : adviceOnTls }
  }
  return { what: 'did not answer', advice: defaultAdvice }
}

function adviceOnNames(isNamedByOthers: boolean): string {
  const advice = 'Renew it, or name the host in RINGBACK_REDIS_URL as the certificate does'
  return isNamedByOthers
    ? `${advice}, and have those who say where the primary is name it so too`
    : advice
}

const defaultAdvice = 'Check the server and RINGBACK_REDIS_URL'
const adviceOnTls =
  'Check the server, and whether this is a TLS port: that needs rediss://, not redis://'
const closedInSilence = 'it had sent nothing'

const ofCluster =
  'Where that is a node of a cluster, write redis+cluster:// in RINGBACK_REDIS_URL. Where it says so already, check the cluster'

const advices: Readonly<Partial<Record<RedisErrorKind, string>>> = {
  replica: 'Point RINGBACK_REDIS_URL at the primary. During a failover, wait until it is over',
  'no-such-database': 'Correct the number at the end of RINGBACK_REDIS_URL, or let the user SELECT',
  'too-many-clients': 'Raise its maxclients, or close unused connections',
  loading: 'Wait until it has loaded its data',
  unauthenticated: 'Check user and password in RINGBACK_REDIS_URL',
  forbidden: 'Give the user of RINGBACK_REDIS_URL that right',
  'no-replicas': 'Check its replicas: min-replicas-to-write is not met',
  'cluster-down': ofCluster,
  moved: ofCluster,
  moving: 'A slot of the cluster is being moved. Wait until that is over',
}

function isAnswer(error: unknown): boolean {
  return isReply(error) || (error instanceof Error && error.name === 'RefusedConnection')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** A command that was lost with its connection is told by ioredis in terms of its own options. */
function reasonOf(error: unknown): string {
  const message = messageOf(error).replace(/\.$/, '')
  if (message === 'Connection is closed') return closedInSilence
  return (error instanceof Error && error.name === 'MaxRetriesPerRequestError') ||
    message.startsWith('Stream isn')
    ? 'the connection was lost'
    : message
}
