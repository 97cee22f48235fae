import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'

import { stepChannel, type Step, type StepMessage } from '../../src/shared/telemetry/steps.ts'

const moments = { before: 'start', after: 'asyncEnd' } as const

/** Does it each time that a step is about to be taken, or has succeeded, until the test ends. */
export function onStep(step: Step, when: keyof typeof moments, act: () => void): void {
  const listen = (message: unknown) => {
    const said = message as StepMessage
    if (said.step === step && !('error' in said)) act()
  }
  const channel = `tracing:${stepChannel}:${moments[when]}`
  subscribe(channel, listen)
  onTestFinished(() => void unsubscribe(channel, listen))
}
