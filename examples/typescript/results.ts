// Handles the end of every callback, for ever, as one of a group: node results.ts [consumer [milliseconds]]
// Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
// Stop it whenever you like: what it has not confirmed is given again, to it or to another.
// Needs our library (docs/library.md), and Node 22.18, or 20.19 and a compiler.
import { hostname } from 'node:os'

import { createProducer } from 'ringback'

const [, , consumer = hostname(), takeOverMs = '60000'] = process.argv
const producer = createProducer()
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
process.once('SIGINT', () => stop.abort())

const reader = { group: 'crm', consumer, signal: stop.signal, takeOverMs: Number(takeOverMs) }
for await (const result of producer.results(reader)) {
  // Yours. It may see one twice, if it was interrupted: make it repeatable. A dead letter that could not lie under the id that you
  // gave has an id of its own.
  console.log(result.submittedId ?? result.id, result.state, result.recordId ?? result.code ?? '')
  await result.acknowledge()
}
await producer.close()
