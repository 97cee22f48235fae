// Takes a callback back, and says what came of it: node cancel.ts acme-4711
// Needs ioredis, and Node 22.18, or 20 and a compiler. Exit status 0: it is cancelled. Said twice, it does nothing more.
import { setTimeout as sleep } from 'node:timers/promises'

import { Redis } from 'ioredis'

interface Outcome {
  id: string
  outcome: string
}

const [, , id = ''] = process.argv
const redis = new Redis(process.env['RINGBACK_REDIS_URL'] ?? 'redis://127.0.0.1:6379', {
  enableReadyCheck: false,
})
redis.on('error', ({ message }: Error) => console.error(message))

async function cancel(): Promise<boolean> {
  const wish = JSON.stringify({ id, by: 'ioredis', reason: 'reached by mail' })
  const entry = await redis.xadd('{ringback:default}:inbox', '*', 'cancel', wish)
  for (let tries = 0; tries < 100; tries++) {
    const answer = await redis.get(`{ringback:default}:wish:${entry}`)
    if (answer === null) {
      await sleep(100)
      continue
    }
    // What became of each callback; or the dead letter that the wish has become, where it is about none.
    const outcomes = JSON.parse(answer) as Outcome[] | { code: string; message: string }
    if (!Array.isArray(outcomes)) throw new Error(`${outcomes.code}: ${outcomes.message}`)
    for (const each of outcomes) console.log(each.id, each.outcome)
    return outcomes.every(({ outcome }) => outcome === 'cancelled')
  }
  throw new Error('no worker has seen to it yet: what was said stands')
}

try {
  process.exitCode = (await cancel()) ? 0 : 1
} catch (error) {
  // Not the error itself: it holds what was sent, and so the number.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  redis.disconnect()
}
