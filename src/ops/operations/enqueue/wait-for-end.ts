import { isEnd } from '../../../shared/contract/states.ts'
import { readCallback, type CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import type { Result } from '../../../shared/store/results/results.ts'
import { withStore, type Target } from '../destination/target.ts'
import { followResults, type FollowDeps } from '../results/follow-results.ts'

/** How a callback ended. */
export interface End {
  state: string
  attempts: number
  at: string
  recordId: string | undefined
  reason: string | undefined
  code: string | undefined
  /** Undefined where only the results stream was left to ask. */
  message: string | undefined
  possibleDuplicate: boolean
}

/**
 * The end of a callback that was submitted after the results stream stood at `position`; undefined if we are stopped
 * first. A duplicate may have ended long before, so the ledger is asked as well.
 */
export async function waitForEnd(
  target: Target,
  { id, position }: { id: string; position: string },
  deps: FollowDeps,
): Promise<End | undefined> {
  const already = await readEnd(target, id)
  if (already !== undefined) return already
  for await (const result of followResults(target, position, deps)) {
    if (result.id === id) return (await readEnd(target, id)) ?? endOf(result)
  }
  return undefined
}

async function readEnd(target: Target, id: string): Promise<End | undefined> {
  const record = await withStore(target, (store) => readCallback(store, id))
  return record !== undefined && isEnd(record.state)
    ? { ...endOf({ ...record, at: record.updatedAt }), message: record.message }
    : undefined
}

type Ended = Pick<
  Result & Pick<CallbackStatus, 'recordId'>,
  'state' | 'attempts' | 'at' | 'recordId' | 'reason' | 'code' | 'possibleDuplicate'
>

function endOf(ended: Ended): End {
  const { state, attempts, at, recordId, reason, code, possibleDuplicate } = ended
  return { state, attempts, at, recordId, reason, code, message: undefined, possibleDuplicate }
}
