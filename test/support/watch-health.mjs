/**
 * Asks a worker whether it is alive, as fast as it is answered, in a thread of its own: a test that makes and sends 90 MB hears nobody
 * meanwhile. Told anything, it says what it saw.
 */
import { performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'

const statuses = new Set()
let slowestMs = 0
let isOver = false
parentPort.once('message', () => {
  isOver = true
})
while (!isOver) {
  const askedMs = performance.now()
  const { status } = await globalThis.fetch(`${workerData}/livez`)
  statuses.add(status)
  slowestMs = Math.max(slowestMs, performance.now() - askedMs)
}
parentPort.postMessage({ slowestMs, statuses: [...statuses] })
