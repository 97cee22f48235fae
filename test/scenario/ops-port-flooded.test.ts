/** Somebody who can reach the ops port tries to keep the probe, and the worker, from their work. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { expect, it, onTestFinished } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/** As long as `ringback health` waits. */
const probeTimeoutMs = 3_000

interface Attacked {
  url: string
  port: number
  /** All that was sent to Redis meanwhile is booked. */
  expectWorkDone: () => Promise<void>
}

async function attackedWorker(): Promise<Attacked> {
  const bundle = await setup()
  const worker = await startWorkerProcess(bundle, { RINGBACK_OPS_PORT: '0' })
  const { url } = await worker.next('health.listening')
  if (typeof url !== 'string') throw new Error('the worker does not say where it listens')
  return {
    url,
    port: Number(new URL(url).port),
    expectWorkDone: async () => {
      const callbacks = sampleCallbacks(20)
      for (const callback of callbacks) await sendRaw(bundle, callback)
      await resultsOfAll(
        bundle,
        callbacks.map(({ id }) => id),
      )
      expect(bundle.sandbox.bookings()).toHaveLength(20)
    },
  }
}

async function expectAlive({ url }: Attacked): Promise<void> {
  for (let probe = 0; probe < 10; probe += 1) {
    // A new connection each time, as Docker and Kubernetes make it.
    const response = await fetch(`${url}/livez`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(probeTimeoutMs),
    })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ alive: true })
  }
}

/** A byte, and another, until it is closed. */
async function trickle(socket: Socket, everyMs: number): Promise<void> {
  while (!socket.destroyed) {
    socket.write('x')
    await systemClock.sleep(everyMs)
  }
}

/** Sockets that are opened anew whenever they are closed, and say what `greet` says. */
function besiege(port: number, count: number, greet: (socket: Socket) => void): { open: number } {
  const siege = { open: 0 }
  let isOver = false
  const all = new Set<Socket>()
  const attack = () => {
    if (isOver) return
    const socket = connect(port, '127.0.0.1')
    all.add(socket)
    socket.on('connect', () => {
      siege.open += 1
      greet(socket)
    })
    socket.on('error', () => undefined)
    socket.resume()
    socket.on('close', () => {
      all.delete(socket)
      siege.open -= 1
      void systemClock.sleep(1_000).then(attack)
    })
  }
  for (let index = 0; index < count; index += 1) attack()
  onTestFinished(() => {
    isOver = true
    for (const socket of all) socket.destroy()
  })
  return siege
}

it.each<[string, (socket: Socket) => void]>([
  ['holds a thousand connections and says nothing', () => undefined],
  [
    'sends a thousand requests a byte at a time',
    (socket) => {
      socket.write('GET /livez HTTP/1.1\r\n')
      void trickle(socket, 500)
    },
  ],
  [
    'announces a thousand large bodies and never sends them',
    (socket) =>
      socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n'),
  ],
  [
    'asks a hundred times a connection for what Redis has to be asked, and reads nothing',
    (socket) => {
      socket.pause()
      socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100))
    },
  ],
])('a worker is seen to be alive, and works, while somebody %s', async (_, greet) => {
  const attacked = await attackedWorker()
  const siege = besiege(attacked.port, 1_000, greet)
  await expect.poll(() => siege.open, { timeout: 10_000 }).toBeGreaterThan(50)
  await expectAlive(attacked)
  await attacked.expectWorkDone()
  await expectAlive(attacked)
})

it('a request that does not come to its end is hung up on within some seconds, whatever trickles in', async () => {
  const { port } = await attackedWorker()
  const starts = [
    '',
    'GET /livez HTTP/1.1\r\nX: ',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n',
  ]
  for (const start of starts) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    const startedMs = systemClock.monotonic()
    socket.write(start)
    if (start !== '') void trickle(socket, 200)
    await once(socket, 'close')
    expect(systemClock.monotonic() - startedMs).toBeLessThan(8_000)
  }
}, 40_000)
