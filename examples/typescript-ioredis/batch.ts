// Enqueues many in few round trips, an intent with an id of its own on each line: node batch.ts < ../callbacks.jsonl
// Needs ioredis, and Node 22.18, or 20 and a compiler. Exit status 0: Redis has all of them. If it is another one, run it again: what
// has its id is one callback.
import { createInterface } from 'node:readline'

import { Redis } from 'ioredis'

const redis = new Redis(process.env['RINGBACK_REDIS_URL'] ?? 'redis://127.0.0.1:6379', {
  enableReadyCheck: false,
})
redis.on('error', ({ message }: Error) => console.error(message))

/** What is wrong with an intent itself becomes a dead letter. */
async function promise(intents: readonly string[]): Promise<number> {
  const pipeline = redis.pipeline()
  for (const intent of intents) pipeline.xadd('{ringback:default}:inbox', '*', 'intent', intent)
  const answers = (await pipeline.exec()) ?? []
  for (const [error] of answers) if (error !== null) throw error
  return answers.length
}

try {
  let promised = 0
  let intents: string[] = []
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') intents.push(line)
    // A few hundred at a time: neither side has to hold a whole file.
    if (intents.length < 500) continue
    promised += await promise(intents)
    intents = []
  }
  promised += await promise(intents)
  console.log('promised:', promised)
} catch (error) {
  // Not the error itself: it holds what was sent, and so the number.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  redis.disconnect()
}
