// Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: node enqueue.ts acme-4711 300
// Needs our library (docs/library.md), and Node 22.18, or 20.19 and a compiler. Exit status 0: booked. Run it again with the same
// id whenever it is not clear what became of it: that is one callback.
import { setTimeout as sleep } from 'node:timers/promises'

import { createProducer, RingbackError } from 'ringback'

const [, , id, seconds = '60'] = process.argv
const producer = createProducer()

/** While there is no connection it is asked again: the same id is one callback, however often it is sent. */
async function persistently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      const mayPass = error instanceof RingbackError && error.code === 'redis-unavailable'
      if (!mayPass || tries === 8) throw error
      await sleep(500)
    }
  }
}

async function whyNot(callback: string): Promise<string> {
  const known = await producer.status(callback)
  const where = known?.state ?? 'not taken in: does a worker run?'
  return `${callback} has not ended yet (${where}); the callback itself continues`
}

try {
  if (id === undefined) throw new Error('usage: enqueue.ts ID [SECONDS]')
  const intent = {
    id,
    callId: '89328b83-ff42-4c85-a2af-e948124365de',
    callbackNumber: '+18445791189',
    delay: '1s',
    attributes: { from: 'typescript' },
  }
  await persistently(() => producer.enqueue(intent))
  console.log('promised:', id)
  const signal = AbortSignal.timeout(Number(seconds) * 1000)
  const end = await persistently(() => producer.waitForEnd(id, { signal }))
  console.log(end.state, end.recordId ?? end.code ?? '')
  process.exitCode = end.state === 'booked' ? 0 : 1
} catch (error) {
  process.exitCode = 1
  const isLate = error instanceof DOMException && error.name === 'TimeoutError'
  console.error(isLate ? await whyNot(id ?? '') : String(error))
} finally {
  await producer.close()
}
