import { messageOf } from '../../shared/errors/errors.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import { createService, type Service } from '../../shared/lifecycle/service.ts'
import { readActiveRuns } from '../../shared/store/runs/run-record.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Looks } from '../looks.ts'
import { carryOut, type RunContext } from './carry-out.ts'

export interface RunsContext extends Omit<RunContext, 'signal'> {
  clock: Clock
  looks: Looks
  /** How often somebody looks whether there is a run, or what has become of it. */
  everyMs: number
}

/** A run that has more to do goes on after so long: others have their turn at Redis between two steps. */
const betweenStepsMs = 20

/**
 * Carries out runs, a step at a time. One worker does it for all: others look on, and take over from one that falls silent.
 * That several may take themselves for it does no harm, for a step is done only by the record that it was decided by.
 */
export function createRuns(context: RunsContext): Service {
  const { clock, everyMs } = context
  return createService('runs', async (signal) => {
    const carriedOut = { ...context, signal }
    while (!signal.aborted) {
      const hasMore = await takeTurns(carriedOut)
      await rest(clock, hasMore ? Math.min(betweenStepsMs, everyMs) : everyMs, signal)
    }
  })
}

async function takeTurns(context: RunContext & Pick<RunsContext, 'looks'>): Promise<boolean> {
  const { looks, signal } = context
  try {
    if ((await looks.until(({ hasRuns }) => hasRuns, signal)) === undefined) return false
    const ids = await readActiveRuns(context.store)
    const progress = await Promise.all(ids.map((id) => takeTurn(context, id)))
    return progress.includes('again')
  } catch (error) {
    report(context, messageOf(error))
    return false
  }
}

/** One that cannot be read holds up no other. */
async function takeTurn(context: RunContext, id: string) {
  try {
    return await carryOut(context, id)
  } catch (error) {
    report(context, `${id}: ${messageOf(error)}`)
    return 'rest'
  }
}

function report({ store, observe }: RunContext, message: string): void {
  const { destination } = store.ref
  observe({ event: 'maintenance.failed', part: 'runs', destination, message })
}
