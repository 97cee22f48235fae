import type { CallbackQueue } from '../../queue/callback-queue.ts'
import { messageOf, RingbackError } from '../../shared/errors/errors.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import { createService, type Service } from '../../shared/lifecycle/service.ts'
import { isPoisonMessage } from '../../shared/redis/poison.ts'
import { readExpiries, takeExpired, type Expired } from '../../shared/store/ledger/take-expired.ts'
import { decodeStoredIntent } from '../../shared/store/ledger/stored-intent.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { AttemptContext } from '../attempt/context.ts'
import { settleAsExpired } from '../attempt/expire.ts'

export interface ExpiryContext {
  context: AttemptContext
  queue: CallbackQueue
  everyMs: number
}

/** So many are ended at once: a day's backlog that expires in one minute must not fill the connection. */
const batchSize = 100

/**
 * Ends callbacks whose time is over and that no worker comes to: while a destination is paused, or Salesforce is away, no job
 * is fetched, and nobody would see what the time is. They are found by their time, in an index that confirm.lua writes. Several
 * workers may do this at once, and an attempt may begin meanwhile: settle.lua ends none that is under way or in doubt.
 */
export function createExpiry(expiry: ExpiryContext): Service {
  const { clock } = expiry.context
  return createService('expiry', async (stopping) => {
    while (!stopping.aborted) {
      const looked = await endSome(expiry)
      if (looked < batchSize) await rest(clock, expiry.everyMs, stopping)
    }
  })
}

/** How many were looked at. */
async function endSome(expiry: ExpiryContext): Promise<number> {
  const { context, everyMs } = expiry
  const { store, clock } = context
  try {
    const nowMs = clock.now()
    const ids = await readExpiries(store, { nowMs, count: batchSize })
    if (ids.length === 0) return 0
    const times = { now: isoTimestamp(nowMs), againAtMs: nowMs + everyMs }
    const expired = await takeExpired(store, { ids, ...times })
    await Promise.all(expired.map((each) => endOrReport(expiry, each)))
    return ids.length
  } catch (error) {
    report(context, messageOf(error))
    return 0
  }
}

/** One that nobody can read, or end, holds up no other: it is looked at again. */
async function endOrReport(expiry: ExpiryContext, expired: Expired): Promise<void> {
  try {
    await end(expiry, expired)
  } catch (error) {
    const isAboutIt = isPoisonMessage(error) || error instanceof RingbackError
    if (!isAboutIt) throw error
    report(expiry.context, `${expired.id}: ${messageOf(error)}`)
  }
}

async function end({ context, queue }: ExpiryContext, expired: Expired): Promise<void> {
  const { id, generation } = expired
  const job = { id, generation }
  const settlement = await settleAsExpired({ job, context }, decodeStoredIntent(expired.intent))
  // Whoever has the job by now finds in the ledger that it has ended.
  if (settlement === 'settled') await queue.remove(job)
}

function report({ store, observe }: AttemptContext, message: string): void {
  const { destination } = store.ref
  observe({ event: 'maintenance.failed', part: 'expiry', destination, message })
}
