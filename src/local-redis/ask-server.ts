import { createConnection } from 'node:net'

import { kindOfWords } from '../shared/redis/redis-errors.ts'

/** What listens on a port of this machine. `silent` is anything but a Redis, or nothing. */
export type ServerAnswer =
  | { readonly kind: 'silent' }
  /** Reads its data from disk; every command but a few is refused until it has. */
  | { readonly kind: 'loading'; readonly pid: number; readonly runId: string }
  | { readonly kind: 'ready'; readonly pid: number; readonly runId: string }

/** One raw question to a Redis, without a client: does it serve (PING), and which one is it (INFO). */
export async function askServer(port: number, password: string): Promise<ServerAnswer> {
  const questions = [`AUTH ${password}`, 'PING', 'INFO server', 'QUIT']
  return readAnswer(await exchange(port, questions.map((line) => `${line}\r\n`).join('')))
}

function readAnswer(text: string): ServerAnswer {
  const pid = /^process_id:(\d+)\r$/m.exec(text)?.[1]
  const runId = /^run_id:([0-9a-f]+)\r$/m.exec(text)?.[1]
  if (pid === undefined || runId === undefined) return { kind: 'silent' }
  if (text.startsWith('+OK\r\n+PONG')) return { kind: 'ready', pid: Number(pid), runId }
  const [, refusal = ''] = /^\+OK\r\n-([^\r]*)\r\n/.exec(text) ?? []
  return kindOfWords(refusal) === 'loading'
    ? { kind: 'loading', pid: Number(pid), runId }
    : { kind: 'silent' }
}

/** Everything the server says until it hangs up; what came so far when it fails or is silent for a second. */
async function exchange(port: number, question: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 1000 })
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(question))
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('timeout', () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(text))
  })
}
