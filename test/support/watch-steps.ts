import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'

import { stepChannel, type StepMessage } from '../../src/shared/telemetry/steps.ts'

export const stepMoments = ['start', 'end', 'error', 'asyncStart', 'asyncEnd'] as const

export interface WatchedStep {
  moment: (typeof stepMoments)[number]
  message: StepMessage
}

/** What is published of steps from now on, until the test ends. */
export function watchSteps(): WatchedStep[] {
  const watched: WatchedStep[] = []
  for (const moment of stepMoments) {
    const channel = `tracing:${stepChannel}:${moment}`
    const listen = (message: unknown) =>
      void watched.push({ moment, message: message as StepMessage })
    subscribe(channel, listen)
    onTestFinished(() => void unsubscribe(channel, listen))
  }
  return watched
}
