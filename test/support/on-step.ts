import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'

import { stepChannel, type Step, type StepMessage } from '../../src/shared/telemetry/steps.ts'

/** Does it each time that a step is about to be taken, or was, until the test ends. */
export function onStep(step: Step, when: StepMessage['when'], act: () => void): void {
  const listen = (message: unknown) => {
    const said = message as StepMessage
    if (said.step === step && said.when === when) act()
  }
  subscribe(stepChannel, listen)
  onTestFinished(() => void unsubscribe(stepChannel, listen))
}
