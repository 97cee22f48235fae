/** What to ask Salesforce's core API for: ContactRequests that an uncertain attempt may have made. */
export interface ContactRequestQuery {
  /** E.164. Never to be logged or put into a path. */
  readonly callbackNumber: string
  readonly callId: string
  /** Epoch ms. Records created before do not count. */
  readonly sinceMs: number
}

/** What the search came to. */
export type ContactRequestSearch =
  /** Record ids in their 18-character form, oldest first; none is an answer too. */
  | { readonly kind: 'found'; readonly recordIds: readonly string[] }
  /** Nobody knows now; asking again later may help. */
  | {
      readonly kind: 'unavailable'
      readonly code: string
      readonly message: string
      readonly retryAfterMs: number | undefined
    }
  /** Asking again would fail again: credentials, permissions, a query that is refused. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
