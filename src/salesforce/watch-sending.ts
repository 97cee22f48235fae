import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

import type { Request } from 'got'

import { mayHaveLeft, type Evidence, type SendPhase } from '../shared/delivery/salesforce-answer.ts'

/** Watches a request from before it has a connection. What is returned says how far it has come by now. */
export function watchSending(stream: Request): () => Evidence {
  let handedOver = false
  let bytesWritten = () => 0
  stream.once('request', (request: ClientRequest) => {
    request.once('socket', (socket: Socket) => {
      // A kept connection has carried other requests before.
      const before = socket.bytesWritten
      bytesWritten = () => socket.bytesWritten - before
    })
    request.once('finish', () => {
      // Held at once: with its answer read, the connection may carry the next request before anybody asks.
      const whole = bytesWritten()
      bytesWritten = () => whole
      // Node calls a request finished too when the last write of it has failed.
      handedOver = !request.socket?.errored
    })
  })
  return () => {
    const phase = phaseOf(stream, handedOver)
    // Until there is a connection the socket counts what it holds back.
    return { phase, bytesSent: mayHaveLeft(phase) ? bytesWritten() : 0 }
  }
}

/**
 * Node writes the request as soon as the connection is there: for https once the handshake is done and the certificate
 * trusted. A reused connection has been there all the time.
 */
function phaseOf({ timings, reusedSocket, requestUrl }: Request, handedOver: boolean): SendPhase {
  if (!timings) return 'preparing'
  if (timings.response !== undefined) return 'answered'
  if (handedOver) return 'sent'
  if (reusedSocket) return 'sending'
  if (timings.connect === undefined) return 'connecting'
  const secured = requestUrl?.protocol !== 'https:' || timings.secureConnect !== undefined
  return secured ? 'sending' : 'securing'
}
