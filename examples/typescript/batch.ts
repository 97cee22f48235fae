// Enqueues many, an intent with an id of its own on each line: node batch.ts < ../callbacks.jsonl
// Needs our library (docs/library.md), and Node 22.18, or 20.19 and a compiler. Exit status 0: all are promised. Else run it again
// once what it complains of is mended: what has its id is one callback.
import { createInterface } from 'node:readline'

import { createProducer, type IntentInput } from 'ringback'

const producer = createProducer()

async function* intents(): AsyncGenerator<IntentInput> {
  for await (const line of createInterface({ input: process.stdin })) {
    // What is wrong with it the library finds, field by field.
    if (line.trim() !== '') yield JSON.parse(line) as IntentInput
  }
}

try {
  let promised = 0
  for await (const answer of producer.enqueueMany(intents())) {
    if (answer.kind !== 'refused') promised++
    else {
      console.error(`${answer.id ?? 'without an id'}: ${answer.message}`)
      process.exitCode = 1
    }
  }
  console.log('promised:', promised)
} finally {
  await producer.close()
}
