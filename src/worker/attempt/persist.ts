import { messageOf } from '../../shared/errors/errors.ts'
import type { Work } from './attempt.ts'

/** Between two tries to write what Redis refused. */
const persistRetryMs = 500

/**
 * The request has left, so the write is repeated until Redis takes it. The connection itself waits through an outage; what is
 * repeated here are refusals: out of memory, loading, a replica that was just demoted. There is no deadline but the process's
 * end: the attempt's number fences a late write, so that writing too late is harmless, and not writing would call a customer
 * twice.
 */
export async function persist<Reply>(
  { job, context }: Work,
  write: () => Promise<Reply>,
): Promise<Reply> {
  const { store, clock, observe } = context
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (store.redis.status === 'end') throw error
      const { destination } = store.ref
      observe({ event: 'settlement.delayed', destination, id: job.id, message: messageOf(error) })
      await clock.sleep(persistRetryMs)
    }
  }
}
