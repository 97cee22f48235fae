import { markdownTable } from '../docs/markdown-table.ts'
import { stepChannel, stepTable } from './steps.ts'

/** `docs/steps.md`. */
export function stepsMarkdown(): string {
  const rows = Object.entries(stepTable).map(([step, what]) => [`\`${step}\``, what])
  return `<!-- Generated from src/shared/telemetry/steps.ts by \`npm run docs:generate\`. -->

# Steps

Whatever Ringback does to Redis, to the queue or to Salesforce on a callback's way is published on the channel
\`${stepChannel}\` of \`node:diagnostics_channel\`, in the process that does it: the worker's, the producer's or a command's.
Tracers and profilers can hook in from outside, with \`node --import ./mine.js\`. While nobody does, it costs nothing to speak of.

\`\`\`js
import { subscribe } from 'node:diagnostics_channel'

subscribe('${stepChannel}', ({ step, when, id }) => console.error(when, step, id))
\`\`\`

| Field  | What it says                                                                       |
| ------ | ---------------------------------------------------------------------------------- |
| \`step\` | which step, see below                                                              |
| \`when\` | \`before\` it is done, \`after\` it was; a step that failed has no \`after\`             |
| \`id\`   | the callback's id; undefined where a step is about many, or does not know which |

No message carries a token or a key, nor a number that a producer did not make part of an id. Subscribers are called in the midst of the work: what they do slows it
down. A tracer can bind a store (\`channel.bindStore\`) and then finds the step in whatever belongs to it, such as the
commands that ioredis publishes as \`ioredis:command\`.

In the order of the way; what each comes to when a process dies before or after it is in [guarantees.md](guarantees.md).

${markdownTable(['Step', 'What happens'], rows)}

BullMQ takes a job from the queue by itself, and renews its lock; no step is published for that.
`
}
