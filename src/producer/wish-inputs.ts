/** Which callbacks are meant: one or some by their ids, or all of a call or a number that were sent before this. */
export type CallbacksInput = string | readonly string[] | ClueInput

export type ClueInput =
  | { callId: string; callbackNumber?: never }
  /** E.164, such as `+18445791189`. */
  | { callbackNumber: string; callId?: never }

/** When a callback is to be sent instead. */
export type NewTimeInput =
  /** So long from now: milliseconds, a duration such as `5m`, or ISO 8601. */
  | { delay: number | string }
  /** Then: ISO 8601 with offset, or a local time together with `timeZone`. */
  | { notBefore: string | Date; timeZone?: string }
  /** As soon as it may go. */
  | { now: true }

export interface WishOptions {
  /** Who wants it: up to 64 characters. Kept with the callback. */
  by?: string
  /** Why: up to 200 characters. Kept with the callback. */
  reason?: string
  /** Ends the wait for the answer, and nothing else: what was said stands. */
  signal?: AbortSignal
}
