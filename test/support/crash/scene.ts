import { fileURLToPath } from 'node:url'

import type { OnUncertain } from '../../../src/shared/delivery/on-uncertain.ts'
import type { SampleCallback } from '../callbacks.ts'
import { spawnNode, spawnRingback, type RingbackProcess } from '../process.ts'
import type { Bundle } from '../ringback.ts'
import { workerSettings } from '../worker-process.ts'

const stepAlone = fileURLToPath(new URL('step-alone.mjs', import.meta.url))

type Settings = Readonly<Record<string, string>>

/** What must become of a callback when nobody is in doubt about it. */
export interface Expectation {
  id: string
  /** One for each of its generations. */
  ends: readonly ('booked' | 'dead' | 'cancelled')[]
  bookings: number
}

/** What is going on when a process dies. */
export interface Scene {
  name: string
  /** What `onUncertain` may say there. */
  under: readonly OnUncertain[]
  /** How many the destination has. Default: one. */
  partitions?: number
  /** The process that is to die. */
  start: (bundle: Bundle, settings: Settings) => RingbackProcess
  /** Prepares what the process finds. */
  prepare: (bundle: Bundle) => Promise<readonly Expectation[]>
  /** What somebody does after the crash, besides starting another worker. */
  recover?: (bundle: Bundle) => Promise<unknown>
  /** What else must hold in the end. */
  check?: (bundle: Bundle, policy: OnUncertain) => unknown
  /**
   * True if the queue has lost a callback there, or given it up, or has it long overdue from the beginning. Elsewhere
   * nothing may be left to the reconciler.
   */
  isForReconciler?: true
  /** True if only `one` is on its way, for the first time: then it is known whether it was sent when the process died. */
  isAlone?: true
  /** True if it is about what all users of a Redis share: another test's worker would take the step before its own. */
  hasOwnServer?: true
}

/** Long enough that a busy machine does not make it lose, or delay, its work before it dies. */
const lock = { RINGBACK_LOCK_DURATION: '10s' }

export const startWorker: Scene['start'] = (bundle, settings) =>
  spawnRingback(['worker'], { ...workerSettings(bundle), ...lock, ...settings })

export function runCommand(
  args: readonly string[],
  bundle: Bundle,
  settings: Settings,
): RingbackProcess {
  return spawnRingback(args, { ...storeSettings(bundle), ...settings })
}

/** Something that no command can be made to do. */
export function runAlone(
  args: readonly string[],
  bundle: Bundle,
  settings: Settings,
): RingbackProcess {
  const [what = '', ...rest] = args
  const program = [stepAlone, what, bundle.store.ref.namespace, ...rest]
  return spawnNode(program, { ...storeSettings(bundle), ...settings })
}

function storeSettings({ redisUrl, store }: Bundle): Settings {
  return { RINGBACK_REDIS_URL: redisUrl, RINGBACK_NAMESPACE: store.ref.namespace }
}

export function booked(...callbacks: readonly SampleCallback[]): Expectation[] {
  return callbacks.map(({ id }) => ({ id, ends: ['booked'], bookings: 1 }))
}

export function dead(...ids: readonly string[]): Expectation[] {
  return ids.map((id) => ({ id, ends: ['dead'], bookings: 0 }))
}

export function idsOf(callbacks: readonly SampleCallback[]): string[] {
  return callbacks.map(({ id }) => id)
}
