import type { BenchRun } from '../implementation.ts'

/** What an implementation's process is asked, one at a time; it answers each with an {@link Answer}. */
export type ImplementationRequest =
  /** The `first` of the sample's callbacks and those that follow; default: 0. */
  | {
      kind: 'submit'
      run: BenchRun
      way: string
      first?: number
      count: number
      inFlight: number
      delayMs: number
    }
  | { kind: 'settle-in'; run: BenchRun }
  | { kind: 'deliver'; run: BenchRun; count: number }
  | { kind: 'serve'; run: BenchRun }
  /** Nothing, for so long. */
  | { kind: 'idle'; run: BenchRun; ms: number }
  | { kind: 'stop' }

export type Answer = { kind: 'measured'; cost: Cost } | { kind: 'failed'; message: string }

/** What a piece of work took. CPU is that of the implementation's own process and of Redis meanwhile. */
export interface Cost {
  ms: number
  nodeCpuMicros: number
  redisCpuMicros: number
  /** Of the process since its start. */
  peakBytes: number
  /** Of the process now. */
  residentBytes: number
}

/** Of a console's process: resident, and of its heap what is left once garbage is collected. */
export interface ConsoleMemory {
  residentBytes: number
  keptBytes: number
}

export type ToSink = { kind: 'watch' } | { kind: 'ignore' }

export interface Arrival {
  /** The idempotency key it came with. */
  id: string
  /** One clock for all processes of a machine. */
  monotonicNs: bigint
  epochMs: number
}

export type FromSink =
  { kind: 'listening'; url: string } | { kind: 'arrived'; arrival: Arrival } | { kind: 'done' }
