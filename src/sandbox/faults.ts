import { z } from 'zod'
import { canonicalCallId } from '../shared/contract/salesforce-id.ts'
import type { Random } from '../shared/time/clock.ts'

/** What can be asked of the sandbox: to book, and by the core REST API an access token and what there is. */
export type Endpoint = 'request-callback' | 'token' | 'query'

const always = {
  /** How often it applies at most. Without it: for ever. */
  times: z.int().min(1).optional(),
  /** The chance, 0 to 1, that it applies. Without it: always. */
  rate: z.number().min(0).max(1).optional(),
  /** How long the request waits before anything else happens to it. */
  delayMs: z.int().min(0).optional(),
}

const booking = {
  ...always,
  /** Only requests for this call; the two forms of a VoiceCall's id count as one. Without it: every request. */
  match: z.strictObject({ callId: z.string().min(1) }).optional(),
}

const common = {
  ...booking,
  /** Without it: `request-callback`. */
  on: z.enum(['request-callback', 'token', 'query']).optional(),
}

/**
 * A number is sent as whole seconds. A string that is a duration (`5s`, `PT5M`) becomes the HTTP date that lies so far
 * ahead; any other string is sent as it is, so that unreadable values can be tried as well.
 */
const retryAfter = z.union([z.int().min(0), z.string().min(1)]).optional()

const kinds = [
  /** Says no for good: `status` 400 to 499, by default 400. */
  z.strictObject({
    ...common,
    do: z.literal('refuse'),
    status: z.int().min(400).max(499).optional(),
    code: z.string().min(1).optional(),
    message: z.string().min(1).optional(),
  }),
  /** 429. */
  z.strictObject({ ...common, do: z.literal('limit'), retryAfter }),
  /** A server error, by default 503 and in JSON. `booked`: it broke only after it had booked. */
  z.strictObject({
    ...common,
    do: z.literal('break'),
    status: z.literal([500, 502, 503, 504]).optional(),
    retryAfter,
    body: z.enum(['json', 'html']).optional(),
    booked: z.boolean().optional(),
  }),
  /** Never answers, and keeps the connection open. */
  z.strictObject({ ...common, do: z.literal('stall'), booked: z.boolean().optional() }),
  /** Destroys the connection without an answer, `before` (the default) or `after` booking. */
  z.strictObject({ ...common, do: z.literal('cut'), when: z.enum(['before', 'after']).optional() }),
  /** Books, and answers 200 without a recordId. */
  z.strictObject({ ...booking, do: z.literal('omit-record-id') }),
  /** Books, and answers 200 with a recordId and errors beside it. */
  z.strictObject({ ...booking, do: z.literal('errors-in-success') }),
  /** 401 to a token that is good; an access token is good for nothing from then on. */
  z.strictObject({ ...common, do: z.literal('unauthorized') }),
  /** 302 to another path of the same server. */
  z.strictObject({ ...common, do: z.literal('redirect') }),
  /** Books, and answers 200 with a page of HTML: a short one, or one of at least so many `bytes`. */
  z.strictObject({
    ...common,
    do: z.literal('garbage'),
    bytes: z.int().min(1).max(16_777_216).optional(),
  }),
  /** Only the delay; then as usual. */
  z.strictObject({ ...common, do: z.literal('slow'), delayMs: z.int().min(0) }),
  /** A query finds no booking of the latest `lagMs`; without it, none at all. */
  z.strictObject({ ...always, do: z.literal('lag'), lagMs: z.int().min(0).optional() }),
  /** A query finds two ContactRequests more than were booked, with the number it asked for. */
  z.strictObject({ ...always, do: z.literal('several') }),
  /** A query finds numbers as an org may write them: `(844) 579-1189`. */
  z.strictObject({ ...always, do: z.literal('reformat') }),
] as const

export const faultNames: readonly string[] = kinds.map((kind) => kind.shape.do.value)

const faultSchema = z
  .discriminatedUnion('do', kinds, {
    error: `a fault is an object whose "do" is one of ${faultNames.join(', ')}`,
  })
  .refine((fault) => endpointOf(fault) === 'request-callback' || !('match' in fault), {
    path: ['match'],
    message: 'only requests to book name a call',
  })

/**
 * Something the sandbox does instead of its work. Applies only to requests that passed every check, so that `times` counts
 * exactly what a correct client sent. JSON-able: the control endpoint takes the same shape.
 */
export type Fault = z.infer<(typeof kinds)[number]>

const queryFaults: ReadonlySet<string> = new Set(['lag', 'several', 'reformat'])

function endpointOf(fault: Fault): Endpoint {
  if (queryFaults.has(fault.do)) return 'query'
  return ('on' in fault ? fault.on : undefined) ?? 'request-callback'
}

export type ReadFaults =
  { kind: 'faults'; faults: Fault[] } | { kind: 'problems'; problems: string[] }

/** Faults from outside; all problems at once, each with its place, as in `0.status: …`. */
export function readFaults(input: unknown): ReadFaults {
  const read = z.array(faultSchema).safeParse(input)
  if (read.success) return { kind: 'faults', faults: read.data }
  const problems = read.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
  return { kind: 'problems', problems }
}

/** A fault as it stands: how often it applied, and how often it still may (`null`: for ever). */
export interface FaultState {
  fault: Fault
  applied: number
  left: number | null
}

/** What a fault may apply to. */
export type FaultTarget = { on: 'request-callback'; callId: string } | { on: 'token' | 'query' }

/** The faults in force, in order: the first that matches, is not used up and has its chance applies. */
export class FaultQueue {
  readonly #random: Random
  #states: FaultState[]

  constructor(faults: readonly Fault[], random: Random) {
    this.#random = random
    this.#states = faults.map(unused)
  }

  replace(faults: readonly Fault[]): void {
    this.#states = faults.map(unused)
  }

  states(): FaultState[] {
    return this.#states.map((state) => ({ ...state }))
  }

  /** The fault that applies to this request, if any; it is used up by one. */
  take(request: FaultTarget): Fault | undefined {
    const state = this.#states.find(
      ({ fault, left }) => left !== 0 && matches(fault, request) && this.#hits(fault),
    )
    if (!state) return undefined
    state.applied += 1
    if (state.left !== null) state.left -= 1
    return state.fault
  }

  #hits(fault: Fault): boolean {
    return fault.rate === undefined || this.#random() < fault.rate
  }
}

function unused(fault: Fault): FaultState {
  return { fault, applied: 0, left: fault.times ?? null }
}

function matches(fault: Fault, request: FaultTarget): boolean {
  if (endpointOf(fault) !== request.on) return false
  if (request.on !== 'request-callback' || !('match' in fault) || !fault.match) return true
  return canonicalCallId(fault.match.callId) === canonicalCallId(request.callId)
}
