/** What every end of a callback by a worker says besides what it is. */
export interface EndInput {
  id: string
  attempt: number
  /** Of the attempt, JSON. */
  record: string
  now: string
  nowMs: number
  recordId: string | undefined
  reason: string | undefined
  code: string | undefined
  message: string | undefined
  /** True: from now on the callback may be, or come to be, booked twice. */
  possibleDuplicate: boolean
  retentionMs: number
  /** JSON. */
  attributes: string | undefined
  /** How long it is known whose a ContactRequest is. */
  ownerTtlMs: number
}

export const endArgs = [
  'id',
  'attempt',
  'record',
  'now',
  'nowMs',
  'recordId',
  'reason',
  'code',
  'message',
  'possibleDuplicate',
  'retentionMs',
  'attributes',
  'ownerTtlMs',
] as const satisfies readonly (keyof EndInput)[]
