import type { Step } from '../../../src/shared/telemetry/steps.ts'

/** A moment between two side effects. */
export interface CrashPoint {
  step: Step
  /** After: it has succeeded. */
  when: 'before' | 'after'
  /** Which of several times, from 1. */
  nth: number
}

/** Settings with which a process of ours kills itself, by SIGKILL, in the moment in which it gets there. */
export function crashAt({ step, when, nth }: CrashPoint): Record<string, string> {
  return {
    NODE_OPTIONS: `--import ${new URL('crash-at.mjs', import.meta.url).href}`,
    CRASH_AT: `${step} ${when} ${nth}`,
  }
}
