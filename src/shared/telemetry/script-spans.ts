import { tracingChannel } from 'node:diagnostics_channel'

import { messagingSpan, type MessagingOperation } from './messaging-span.ts'
import { stepChannel, type Step, type StepMessage } from './steps.ts'
import type { SpanStart } from './traces.ts'

/** Begins a span of a script, and gives what ends it. Undefined: it has to be within one that shows scripts, and is not. */
export type BeginScript = (start: SpanStart, isByItself: boolean) => EndScript | undefined

type EndScript = (error: unknown) => void

/** What somebody has decided is told wherever it is done: at a command line, on the page, or by a worker in a run. */
const decisions = {
  redrive: 'redrive',
  discard: 'discard',
  resolve: 'resolve',
  'step-run': 'run',
} as const satisfies Partial<Record<Step, MessagingOperation>>
const noScript: ReadonlySet<Step> = new Set(['number-key'])
const unheard = () => undefined

/** Makes spans of those steps that are scripts. What goes on besides is told by the spans that they are in. */
export function traceScripts(begin: BeginScript): void {
  const ends = new WeakMap<StepMessage, EndScript>()
  tracingChannel<StepMessage, StepMessage>(stepChannel).subscribe({
    start: (message) => {
      if (!isScript(message.step)) return
      const end = begin(spanOf(message), isDecision(message.step))
      if (end !== undefined) ends.set(message, end)
    },
    end: unheard,
    error: unheard,
    asyncStart: unheard,
    // After `error`, where there was one.
    asyncEnd: (message) => ends.get(message)?.(message.error),
  })
}

/** Steps of connections, queue and results have a dot in their name. */
export function isScript(step: Step): boolean {
  return !step.includes('.') && !noScript.has(step)
}

function spanOf(message: StepMessage): SpanStart {
  const { step } = message
  const ofRedis = {
    'db.system.name': 'redis',
    'db.operation.name': 'EVALSHA',
    'db.stored_procedure.name': step,
  }
  if (!isDecision(step)) return { name: `EVALSHA ${step}`, kind: 'client', facts: ofRedis }
  const { facts, ...span } = messagingSpan(decisions[step], message)
  const decided = { 'ringback.run': message.runId, 'enduser.pseudo.id': message.decidedBy }
  return { ...span, facts: { ...facts, ...decided, ...ofRedis } }
}

function isDecision(step: Step): step is keyof typeof decisions {
  return step in decisions
}
