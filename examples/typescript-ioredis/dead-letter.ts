// Says why a callback is a dead letter: node dead-letter.ts acme-4711
// Needs ioredis, and Node 22.18, or 20 and a compiler. Exit status 0: it is one. Its fields intent and raw hold the customer's number,
// and are not asked for.
import { Redis } from 'ioredis'

const [, , id = ''] = process.argv
const redis = new Redis(process.env['RINGBACK_REDIS_URL'] ?? 'redis://127.0.0.1:6379', {
  enableReadyCheck: false,
})
redis.on('error', ({ message }: Error) => console.error(message))
try {
  const names = ['state', 'reason', 'code', 'message', 'possibleDuplicate']
  const letter = await redis.hmget(`{ringback:default}:callback:${id}`, ...names)
  const [state, reason, code, message, doubt] = letter
  if (state === 'dead') {
    console.log(`${id} ${reason} ${code}: ${message}${doubt ? ' (perhaps booked)' : ''}`)
  } else {
    console.error(`${id} is no dead letter: ${state ?? 'not known'}`)
    process.exitCode = 1
  }
} catch (error) {
  // Not the error itself: it holds what was sent, and so the number.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  redis.disconnect()
}
