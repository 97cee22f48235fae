import type { Intent } from '../../contract/intent.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { inboxKey } from '../../redis/keys.ts'
import { accept, type Acceptance } from '../ledger/accept.ts'
import { takeStep } from '../../telemetry/steps.ts'

export interface Submission {
  intent: Intent
  traceparent: string | undefined
}

/** Makes an intent a durable promise: when this resolves with `accepted`, Redis holds it. */
export function submit(store: DestinationStore, submission: Submission): Promise<Acceptance> {
  const { intent, traceparent } = submission
  return accept(store, {
    id: intent.id,
    intent: JSON.stringify(intent),
    delayMs: intent.delay,
    notBefore: intent.notBefore,
    expiresAt: intent.expiresAt,
    traceparent,
  })
}

/** What any language's client does: an intent as text, unchecked. The bridge judges it. Returns the entry's id. */
export async function submitRaw({ redis, ref }: DestinationStore, text: string): Promise<string> {
  const entryId = await takeStep('inbox.add', ref, () =>
    redis.xadd(inboxKey(ref), '*', 'intent', text),
  )
  return entryId ?? ''
}
