import type { RequestKind } from './request-kind.ts'

export const readingResults = ['read', 'failed'] as const

type ReadingResult = (typeof readingResults)[number]

/** What the console tells of itself while it works. */
export interface ConsoleObserver {
  /** A page has begun to listen. Call what is returned when it does no more. */
  listens(): () => void
  answered(kind: RequestKind, status: number, ms: number): void
  read(result: ReadingResult, ms: number): void
}

/** Where nobody asks for metrics: what counts them takes memory. */
export const nobodyObserves: ConsoleObserver = {
  listens: () => () => undefined,
  answered: () => undefined,
  read: () => undefined,
}
