import { messageOf, RingbackError } from '../shared/errors/errors.ts'

interface Place {
  host: string
  port: number
}

/** A port is taken, or the address is none of this machine's. */
export function cannotListen(
  setting: string,
  { host, port }: Place,
  cause: unknown,
): RingbackError {
  return new RingbackError(
    'invalid-configuration',
    `${setting}: cannot listen on ${host}:${port}: ${messageOf(cause)}. Choose another port, 0 for any free one, or none.`,
    { cause },
  )
}
