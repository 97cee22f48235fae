import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import type { InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { messagingSpan } from '../../shared/telemetry/messaging-span.ts'
import { currentTracer } from '../../shared/telemetry/traces.ts'
import type { MoveEntries } from './move-entries.ts'

/** Moves what one look into the inbox has brought, in a span of its own. Each that is opened in it is linked to its submission. */
export async function tracedMove(
  { ref }: DestinationStore,
  entries: readonly InboxEntry[],
  moveAll: MoveEntries,
): Promise<boolean> {
  const tracer = currentTracer()
  if (tracer === undefined || entries.length === 0) return await moveAll(entries)
  const { facts, ...span } = messagingSpan('receive', { destination: ref.destination })
  const count = { 'messaging.batch.message_count': entries.length }
  const start = { ...span, facts: { ...facts, ...count }, isRoot: true }
  return await tracer.inSpan(start, async (open) => {
    const isDone = await moveAll(entries)
    if (!isDone) open.fail('not-moved')
    return isDone
  })
}
