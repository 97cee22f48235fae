import { stepChannel, stepTable } from '../../src/shared/telemetry/steps.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/steps.md`. */
export function stepsMarkdown(): string {
  const rows = Object.entries(stepTable).map(([step, what]) => [`\`${step}\``, what])
  return `<!-- Generated from src/shared/telemetry/steps.ts by \`npm run docs:generate\`. -->

# Steps

Whatever Ringback does to Redis, to the queue or to Salesforce on a callback's way is published on the tracing channel
\`${stepChannel}\` of \`node:diagnostics_channel\`, in the process that does it: the worker's, the producer's or a command's.
Tracers and profilers can hook in from outside, with \`node --import ./mine.js\`. While nobody does, the overhead is negligible.

\`\`\`js
import { tracingChannel } from 'node:diagnostics_channel'

const begun = new WeakMap()

tracingChannel('${stepChannel}').subscribe({
  start: (step) => begun.set(step, performance.now()),
  end: () => undefined,
  asyncStart: () => undefined,
  asyncEnd: (step) => console.error(step.step, step.id, performance.now() - begun.get(step)),
  error: (step) => console.error(step.step, step.id, 'failed:', step.error),
})
\`\`\`

These are the channels that Node's own \`tracePromise\` publishes on, in its order:

| Channel                       | When                                                                        |
| ----------------------------- | --------------------------------------------------------------------------- |
| \`tracing:${stepChannel}:start\`      | right before the step is taken                                              |
| \`tracing:${stepChannel}:end\`        | it is under way                                                             |
| \`tracing:${stepChannel}:error\`      | it has failed, and what called for it has not gone on yet                   |
| \`tracing:${stepChannel}:asyncStart\` | it is over, one way or the other                                            |
| \`tracing:${stepChannel}:asyncEnd\`   | the same moment, once more: what called for the step goes on after this one |

Each gets the same message, one object from the beginning of a step to its end. A field that is not known is undefined.

| Field         | What it says                                                                                   |
| ------------- | ---------------------------------------------------------------------------------------------- |
| \`step\`        | which step, see below                                                                          |
| \`destination\` | whose step it is; undefined where it is about several, and of \`token.…\` and \`walk.lease\`         |
| \`id\`          | the callback's id; undefined where a step is about many, or does not know which                |
| \`generation\`  | how many times the callback was sent on its way, from 1; a redriven one begins a new one       |
| \`attempt\`     | number of the attempt, counted over all generations; undefined of \`begin\`, which gives it out  |
| \`traceparent\` | the intent's W3C trace context, of the steps that carry it: \`accept\`, \`open\`, \`salesforce.…\`     |
| \`runId\`     | the run that \`step-run\` is a step of                                                        |
| \`decidedBy\` | who has decided \`redrive\`, \`discard\`, \`resolve\` or \`step-run\`, by a pseudonym, never by name  |
| \`error\`       | why it failed; no field of a step that did not fail                                            |

A step that failed has failed for whoever took it; where that was Redis, it may still have been done, and only its answer was
lost. \`salesforce.send\`, \`token.send\` and \`query.send\` fail if the connection breaks while the request goes out, their \`answer\` if it
breaks off; a status such as 503 is an answer and no failure, and to a request that is never answered there is no \`answer\`.

No message carries a token or a key, nor a number that a producer did not make part of an id, nor what a step came to.
Subscribers are called in the midst of the work: what they do slows it down. A tracer can bind a store
(\`channel.start.bindStore\`) and then finds the step in whatever belongs to it, such as the commands that ioredis publishes on
\`ioredis:command\`.

In the order of the way; what each comes to when a process dies before or after it is in [guarantees.md](guarantees.md).

${markdownTable(['Step', 'What happens'], rows)}

BullMQ takes a job from the queue by itself, and renews its lock; no step is published for that.
`
}
