import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** One command as the server was given it: its name and arguments; `lua` for one that a script called. */
export type Heard = (words: readonly string[], source: string) => void

/**
 * Tells of every command that a server does from now on, until the test ends or `stop` is called. Not by ioredis' `monitor()`:
 * on a busy server commands come in one packet with the answer to MONITOR, and it takes them for answers to nothing.
 */
export async function monitorCommands(url: string, heard: Heard): Promise<{ stop: () => void }> {
  const { hostname, port, password } = new URL(url)
  const socket = connect(Number(port), hostname)
  const stop = (): void => void socket.destroy()
  onTestFinished(stop)
  socket.on('error', stop)
  if (password !== '') socket.write(`AUTH ${password}\r\n`)
  socket.write('MONITOR\r\n')
  await new Promise<void>((resolve) => {
    createInterface({ input: socket }).on('line', (line) => {
      const [, source, words] = /^\+[\d.]+ \[\d+ (\S+)\] (.*)$/.exec(line) ?? []
      if (source === undefined || words === undefined) return resolve()
      heard(wordsIn(words), source)
    })
  })
  return { stop }
}

/** Redis writes each in quotes, with a backslash before quotes and backslashes. */
function wordsIn(line: string): string[] {
  const quoted = line.matchAll(/"((?:[^"\\]|\\.)*)"/g)
  return Array.from(quoted, ([, word = '']) => word.replace(/\\(["\\])/g, '$1'))
}
