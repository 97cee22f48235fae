// Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: node enqueue.ts acme-4711 300
// The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
// Needs ioredis, and Node 22.18, or 20 and a compiler. Exit status 0: booked. Run it again with the same id whenever it is not clear
// what became of it: that is one callback.
import { setTimeout as sleep } from 'node:timers/promises'

import { Redis } from 'ioredis'

const [, , id = '', seconds = '60'] = process.argv
// What is sent here may be sent twice, and is while there is no connection.
const redis = new Redis(process.env['RINGBACK_REDIS_URL'] ?? 'redis://127.0.0.1:6379', {
  enableReadyCheck: false,
})
redis.on('error', ({ message }: Error) => console.error(message))

const intent = {
  id,
  callId: '89328b83-ff42-4c85-a2af-e948124365de',
  callbackNumber: '+18445791189',
  delay: '1s',
  attributes: { from: 'ioredis' },
}

async function waitForEnd(deadline: number): Promise<string> {
  let seen: string | undefined
  while (performance.now() < deadline) {
    const names = ['state', 'recordId', 'reason', 'code', 'message']
    const callback = await redis.hmget(`{ringback:default}:callback:${id}`, ...names)
    const state = callback[0] ?? undefined
    if (state === 'booked') process.exitCode = 0
    if (state === 'booked' || state === 'dead' || state === 'cancelled')
      return callback.filter((value) => value !== null).join(' ')
    if (state === undefined && seen !== undefined) return `${id} was erased`
    seen = state
    await sleep(500)
  }
  return `${id} has not ended yet (${seen ?? 'not taken in: does a worker run?'}); the callback itself continues`
}

try {
  process.exitCode = 1
  // Never with MAXLEN: it would drop what nobody has read yet.
  await redis.xadd('{ringback:default}:inbox', '*', 'intent', JSON.stringify(intent))
  console.log('promised:', id)
  console.log(await waitForEnd(performance.now() + Number(seconds) * 1000))
} catch (error) {
  // Not the error itself: it holds what was sent, and so the number.
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  redis.disconnect()
}
