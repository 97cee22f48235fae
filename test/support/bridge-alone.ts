import { systemClock } from '../../src/shared/time/clock.ts'
import { createBridge, type Bridge, type BridgeContext } from '../../src/worker/bridge/bridge.ts'
import { createCallbackQueue } from '../../src/queue/callback-queue.ts'
import type { Bundle } from './ringback.ts'
import { looksAt } from './looks.ts'
import { testNumberKey } from './number-key.ts'
import { runService } from './run-service.ts'
import { noTurns, waitsFor } from './waits.ts'

/** Where it works, and what it says. */
type Heard = Pick<Bundle, 'store' | 'recorder'>

/** A bridge that moves entries to a queue from which no processor takes anything. Gives what stops it. */
export function bridgeAlone(bundle: Heard, more: Partial<BridgeContext> = {}): () => Promise<void> {
  return runBridge(bundle, more).stop
}

/** The same, with the bridge itself. */
export function runBridge(
  { store, recorder }: Heard,
  more: Partial<BridgeContext> = {},
): { bridge: Bridge; stop: () => Promise<void> } {
  const bridge = createBridge({
    store,
    turns: noTurns,
    openInbox: waitsFor(store, more).openInbox,
    looks: looksAt(store),
    queue: createCallbackQueue(store),
    clock: systemClock,
    observe: recorder.observe,
    retentionMs: 1,
    consumer: 'alone',
    abandonedMs: 60_000,
    stalledMs: 60_000,
    numberKeyOf: () => Promise.resolve(testNumberKey),
    ...more,
  })
  return { bridge, stop: runService(bridge).stop }
}
