import { onTestFinished } from 'vitest'

import { inboxDepth } from '../../../src/shared/store/inbox/inbox.ts'
import { queueName, queuePrefix } from '../../../src/shared/redis/keys.ts'
import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import type { Bundle } from '../ringback.ts'

/** The inbox emits no events, so it is polled at this interval. */
const blockMs = 200

/** Resolves when nothing is left to do: no entry in the inbox, and on the queue no job in any state. */
export async function untilQuiet({ store }: Bundle): Promise<void> {
  const queue = createCallbackQueue(store)
  const blocking = store.redis.duplicate()
  onTestFinished(() => blocking.disconnect())
  const isQuiet = async () => {
    const [entries, counts] = await Promise.all([inboxDepth(store), queue.counts()])
    return entries === 0 && Object.values(counts).every((count) => count === 0)
  }
  // BullMQ says there what becomes of each job.
  const events = `${queuePrefix(store.ref)}:${queueName}:events`
  while (!(await isQuiet())) await blocking.xread('BLOCK', blockMs, 'STREAMS', events, '$')
  blocking.disconnect()
  await queue.close()
}
