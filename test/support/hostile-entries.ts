/** What a vendor with nothing but `XADD` can send, written to a socket: no client of ours stands in the way. */
import { once } from 'node:events'
import { createConnection } from 'node:net'

import { inboxKey } from '../../src/shared/redis/keys.ts'
import type { Bundle } from './ringback.ts'

/** Names and values in turn, as the bytes of a RESP command. */
export interface HostileEntry {
  words: number
  body: Buffer[]
}

export function entryOfOne(name: Buffer, value: Buffer): HostileEntry {
  return { words: 2, body: [bulk(name), bulk(value)] }
}

/** As many fields, all with this name and value. */
export function entryOfMany(fields: number, name: string, value: string): HostileEntry {
  const pair = Buffer.concat([bulk(Buffer.from(name)), bulk(Buffer.from(value))])
  return { words: 2 * fields, body: [Buffer.alloc(fields * pair.length, pair)] }
}

/** Sends it; gives the entry's id. */
export async function sendHostile(
  { redisUrl, store }: Bundle,
  { words, body }: HostileEntry,
): Promise<string> {
  const { hostname, port, username, password } = new URL(redisUrl)
  const socket = createConnection({ host: hostname, port: Number(port) })
  if (password !== '') {
    const auth = ['AUTH', username || 'default', password].map((word) => bulk(Buffer.from(word)))
    socket.write(Buffer.concat([Buffer.from('*3\r\n'), ...auth]))
    const [welcome] = (await once(socket, 'data')) as [Buffer]
    if (welcome.toString() !== '+OK\r\n') throw new Error(welcome.toString())
  }
  const head = [Buffer.from('XADD'), Buffer.from(inboxKey(store.ref)), Buffer.from('*')].map(bulk)
  socket.write(Buffer.concat([Buffer.from(`*${3 + words}\r\n`), ...head]))
  for (const part of body) socket.write(part)
  const [reply] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  const [, entryId] = /^\$\d+\r\n(\S+)\r\n$/.exec(reply.toString()) ?? []
  if (entryId === undefined) throw new Error(reply.toString())
  return entryId
}

function bulk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')])
}
