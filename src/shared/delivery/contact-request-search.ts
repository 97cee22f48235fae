/** What to ask Salesforce's core API for: ContactRequests that an uncertain attempt may have made. */
export interface ContactRequestQuery {
  /** E.164. Never to be logged or put into a path. */
  readonly callbackNumber: string
  readonly callId: string
  /** Epoch ms. Records created before do not count. */
  readonly sinceMs: number
}

/** What the search came to. */
export type ContactRequestSearch = ContactRequestsFound | SearchUnavailable | SearchFailed

export interface ContactRequestsFound {
  readonly kind: 'found'
  /** In their 18-character form, oldest first; none is an answer too. */
  readonly recordIds: readonly string[]
  /** False: there may be more than these, or one whose number is written so that nobody can tell. What is missing from an incomplete list proves nothing. */
  readonly complete: boolean
}

/** Nobody knows now; asking again later may help. */
export interface SearchUnavailable {
  readonly kind: 'unavailable'
  readonly code: string
  /** Plain words. Never a number, a token or a URL. */
  readonly message: string
  /** From `Retry-After`, unbounded: the one who waits bounds it. */
  readonly retryAfterMs: number | undefined
}

/** Asking again would fail again: credentials, permissions, a query that is refused. */
export interface SearchFailed {
  readonly kind: 'failed'
  readonly code: string
  readonly message: string
}
