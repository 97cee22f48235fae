// Says why a callback is a dead letter: node dead-letter.ts acme-4711
// Needs our library (docs/library.md), and Node 22.18, or 20.19 and a compiler. Exit status 0: it is one.
import { createProducer } from 'ringback'

const [, , id = ''] = process.argv
const producer = createProducer()
try {
  const letter = await producer.status(id)
  if (letter?.state === 'dead') {
    const doubt = letter.possibleDuplicate ? ' (perhaps booked)' : ''
    console.log(`${id} ${letter.reason} ${letter.code}: ${letter.message}${doubt}`)
  } else {
    console.error(`${id} is no dead letter: ${letter?.state ?? 'not known'}`)
    process.exitCode = 1
  }
} finally {
  await producer.close()
}
