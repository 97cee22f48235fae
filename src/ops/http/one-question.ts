import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** An empty line; Node's parser takes a line feed for a whole line end. */
const headEnd = /\n\r?\n/
/** What may have come of it in the chunk before. */
const headEndMaxLength = 3

/**
 * A connection of which an HTTP server hears the head of the first request and nothing else. Node parses, refuses and keeps whatever
 * came in the same packet before any limit of its own applies: a thousand connections that asked a hundred times each kept a probe
 * waiting for three seconds.
 */
export class OneQuestion extends Duplex {
  readonly #socket: Socket
  #tail = ''

  constructor(socket: Socket) {
    super()
    this.#socket = socket
    const hear = (chunk: Buffer) => {
      const seen = this.#tail + chunk.toString('latin1')
      const end = headEnd.exec(seen)
      if (end === null) {
        this.#tail = seen.slice(-headEndMaxLength)
        this.push(chunk)
        return
      }
      // Thrown away, not left unread: a connection that is closed before it was read to its end may lose the answer on the way.
      socket.off('data', hear).resume()
      this.push(chunk.subarray(0, end.index + end[0].length - this.#tail.length))
    }
    socket.on('data', hear)
    socket.once('error', () => this.destroy())
    socket.once('close', () => this.destroy())
  }

  override _read(): void {
    // What is heard is pushed as it comes: it is no more than a head.
  }

  override _write(chunk: Buffer, _: BufferEncoding, written: (error?: Error | null) => void): void {
    this.#socket.write(chunk, written)
  }

  override _final(ended: () => void): void {
    this.#socket.destroySoon()
    ended()
  }

  override _destroy(error: Error | null, destroyed: (error: Error | null) => void): void {
    this.#socket.destroy()
    destroyed(error)
  }
}
