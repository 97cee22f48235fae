import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'

import type { Arrival, FromSink, ToSink } from './messages.ts'

// The other end of every POST, in a process of its own: answers at once, so that it is never the bottleneck.

const answer = JSON.stringify({ recordId: '0bSHs000000CaBXMA0' })
const headers = { 'content-type': 'application/json', 'content-length': String(answer.length) }
let watched = false

const server = createServer((request, response) => {
  if (watched) {
    const id = request.headers['idempotency-key']
    say({ kind: 'arrived', arrival: { ...now(), id: String(id) } })
  }
  request.resume().on('end', () => response.writeHead(201, headers).end(answer))
})
// Longer than any idle time here, so that no request meets a closing connection.
server.keepAliveTimeout = 300_000

process.on('message', (message: ToSink) => {
  watched = message.kind === 'watch'
  say({ kind: 'done' })
})
process.on('disconnect', () => process.exit())

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  say({ kind: 'listening', url: `http://127.0.0.1:${port}/telephony/v1` })
})

function now(): Omit<Arrival, 'id'> {
  return {
    monotonicNs: process.hrtime.bigint(),
    epochMs: performance.timeOrigin + performance.now(),
  }
}

function say(message: FromSink): void {
  process.send?.(message)
}
