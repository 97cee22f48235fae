import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

import type { Request } from 'got'

import { areStepsWatched, reachStep } from '../shared/telemetry/steps.ts'

/** What a request is published as: its steps are `….send` and `….answer`. */
export interface Errand {
  readonly step: 'salesforce' | 'token' | 'query'
  /** The callback's, where it is about one. */
  readonly id: string | undefined
}

/** Before: the connection is there and carries nothing yet. After: the system has taken the request's last byte. */
export function publishSending(stream: Request, { step, id }: Errand): void {
  if (!areStepsWatched()) return
  stream.once('request', (request: ClientRequest) => {
    const before = () => reachStep(`${step}.send`, 'before', id)
    request.once('socket', (socket: Socket) => {
      if (request.reusedSocket) before()
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', before)
    })
    request.once('finish', () => reachStep(`${step}.send`, 'after', id))
  })
}
