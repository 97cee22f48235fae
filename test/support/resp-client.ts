/** A Redis client of thirty lines that knows nothing but the protocol: what a vendor in any language has at least. */
import { createConnection } from 'node:net'

import { onTestFinished } from 'vitest'

/** RESP2. An error is a value: a test may expect one. */
type Reply = string | number | null | Reply[]

export interface RespClient {
  /** One command, one reply. Call the next one after it. */
  call: (...words: string[]) => Promise<Reply>
}

export function connectRaw(url: string): RespClient {
  const { hostname, port, username, password } = new URL(url)
  const socket = createConnection({ host: hostname, port: Number(port) })
  const login = password === '' ? [] : [['AUTH', username === '' ? 'default' : username, password]]
  let received = Buffer.alloc(0)
  let wake: () => void = () => undefined
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    wake()
  })
  onTestFinished(() => {
    socket.destroy()
  })
  async function ask(words: readonly string[]): Promise<Reply> {
    socket.write(encode(words))
    for (;;) {
      const parsed = parse(received, 0)
      if (parsed !== undefined) {
        received = received.subarray(parsed.end)
        return parsed.reply
      }
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  return {
    call: async (...words) => {
      for (let step = login.shift(); step !== undefined; step = login.shift()) await ask(step)
      return ask(words)
    },
  }
}

function encode(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}

interface Parsed {
  reply: Reply
  end: number
}

/** Undefined while a part is still to come. */
function parse(bytes: Buffer, start: number): Parsed | undefined {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd < 0) return undefined
  const kind = bytes.toString('latin1', start, start + 1)
  const rest = bytes.toString('utf8', start + 1, lineEnd)
  const end = lineEnd + 2
  if (kind === '+' || kind === '-') return { reply: rest, end }
  if (kind === ':') return { reply: Number(rest), end }
  const length = Number(rest)
  if (length < 0) return { reply: null, end }
  if (kind === '*') return parseList(bytes, { length, start: end })
  if (bytes.length < end + length + 2) return undefined
  return { reply: bytes.toString('utf8', end, end + length), end: end + length + 2 }
}

function parseList(
  bytes: Buffer,
  { length, start }: { length: number; start: number },
): Parsed | undefined {
  const reply: Reply[] = []
  let end = start
  while (reply.length < length) {
    const parsed = parse(bytes, end)
    if (parsed === undefined) return undefined
    reply.push(parsed.reply)
    end = parsed.end
  }
  return { reply, end }
}
