// Takes a callback back, and says what came of it: node cancel.ts acme-4711
// Needs our library (docs/library.md), and Node 22.18, or 20.19 and a compiler. Exit status 0: it is cancelled. Said twice, it
// does nothing more.
import { createProducer } from 'ringback'

const [, , id = ''] = process.argv
const producer = createProducer()
try {
  const answers = await producer.cancel(id, {
    by: 'typescript',
    reason: 'reached by mail',
    signal: AbortSignal.timeout(10_000),
  })
  for (const answer of answers) console.log(answer.id, answer.outcome)
  process.exitCode = answers.every(({ outcome }) => outcome === 'cancelled') ? 0 : 1
} finally {
  await producer.close()
}
