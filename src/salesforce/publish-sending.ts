import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

import type { Request } from 'got'

import { openStep, type StepSubject } from '../shared/telemetry/steps.ts'

/** What a request is published as: its steps are `….send` and `….answer`. */
export interface HttpStep {
  readonly step: 'salesforce' | 'token' | 'query'
  readonly about: StepSubject
}

/** Begins when the connection is there and carries nothing yet; has succeeded when the system has taken the last byte. */
export function publishSending(stream: Request, { step, about }: HttpStep): void {
  stream.once('request', (request: ClientRequest) => {
    request.once('socket', (socket: Socket) => {
      const begin = () => {
        const sending = openStep(`${step}.send`, about)
        if (sending === undefined) return
        // A request whose connection was destroyed finishes as well.
        request.once('finish', () => socket.destroyed || sending.succeed())
        // Node's own error, or got's of a time limit: neither holds the request, as what got makes of them does.
        request.once('error', (error) => sending.fail(error))
        request.once('close', () => sending.fail(new Error('the connection was closed')))
      }
      if (request.reusedSocket) begin()
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', begin)
    })
  })
}
