import type { Gate } from '../../src/queue/dispatch.ts'

/** For a destination about which nobody has decided anything. */
export const anyPass = { claim: undefined, version: '0', probeOf: undefined } as const

/** Lets everything in. */
export const openGate: Gate = {
  admit: () => Promise.resolve({ kind: 'free', pass: anyPass }),
  leadMs: () => 0,
  putOff: () => Promise.resolve({ kind: 'free', pass: anyPass }),
  isFree: () => true,
  recall: () => undefined,
  release: () => Promise.resolve(),
}
