import { loadStoreConfig } from '../../../shared/config/load.ts'
import { startRun } from '../../operations/runs/decide-run.ts'
import { planRun, type PlanRequest } from '../../operations/runs/plan-run.ts'
import { presentDecision, presentPlan, presentPlanOnly, presentUnstarted } from '../present/run.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'
import { paceOf, type PaceOptions } from './run-options.ts'
import { operatorHere } from './operator-here.ts'

export interface PlanOptions extends PaceOptions {
  by?: string
  plan?: true
}

/** Makes a plan, shows it, and starts it if whoever asks says so now, or has said so by `--yes`. */
export async function planAndStart(
  request: PlanRequest,
  options: PlanOptions,
  { context, output }: { context: CliContext; output: Output },
): Promise<number> {
  const config = loadStoreConfig(context.env)
  const plan = await planRun(config, request)
  const isToStart = options.plan !== true && plan.counts.selected > 0
  if (!isToStart) {
    output.print(plan, presentPlan)
    return exitStatus.done
  }
  if (options.yes === true) output.tell(plan, presentPlanOnly)
  else {
    const answered = await askFor(plan, output)
    if (answered !== true) return answered === undefined ? exitStatus.done : exitStatus.usage
  }
  const { id, destination } = plan
  const { by, reason } = request
  const operator = operatorHere(options, context)
  const decision = await startRun(config, {
    ...paceOf(options),
    id,
    destination,
    by,
    reason,
    operator,
  })
  output.print(decision, presentDecision)
  return decision.outcome === 'done' ? exitStatus.done : exitStatus.problem
}

/** Undefined where nobody can be asked: then the plan is the answer. */
async function askFor(
  plan: Awaited<ReturnType<typeof planRun>>,
  output: Output,
): Promise<boolean | undefined> {
  if (output.canAsk()) {
    output.tell(plan, presentPlanOnly)
    const isToStart = await output.ask('Start it?')
    if (isToStart !== true) output.tell(plan, presentUnstarted)
    return isToStart
  }
  output.print(plan, presentPlan)
  return undefined
}
