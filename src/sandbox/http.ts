import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './replies.ts'

const maxBodyBytes = 64 * 1024

export type ReceivedBody =
  { kind: 'whole'; bytes: Buffer } | { kind: 'too-large' } | { kind: 'broken-off' }

/** Reads a body to its end, also one that is too large: a client that is still sending would not read the answer. */
export async function readBody(request: IncomingMessage): Promise<ReceivedBody> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      const bytes = chunk as Buffer
      size += bytes.length
      if (size <= maxBodyBytes) chunks.push(bytes)
    }
  } catch {
    return { kind: 'broken-off' }
  }
  return size <= maxBodyBytes
    ? { kind: 'whole', bytes: Buffer.concat(chunks) }
    : { kind: 'too-large' }
}

export function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-length': Buffer.byteLength(reply.body),
  })
  response.end(reply.body)
}
