import { RingbackError } from '../../../shared/errors/errors.ts'
import { rest } from '../../../shared/lifecycle/rest.ts'
import type { CliContext } from '../terminal/cli-context.ts'

export interface Watch<Data> {
  ask: () => Promise<Data>
  show: (data: Data) => void
  everyMs: number
  /** What people are told beside the answer. */
  note: (text: string) => void
}

/** Shows an answer again and again until the command is stopped. Once it has had one, it waits through an outage of Redis. */
export async function watch<Data>(
  { ask, show, everyMs, note }: Watch<Data>,
  { clock, stopped }: Pick<CliContext, 'clock' | 'stopped'>,
): Promise<void> {
  let hasAnswer = false
  while (!stopped.aborted) {
    try {
      show(await ask())
      hasAnswer = true
    } catch (error) {
      if (!hasAnswer || !(error instanceof RingbackError)) throw error
      note(error.message)
    }
    await rest(clock, everyMs, stopped)
  }
}
