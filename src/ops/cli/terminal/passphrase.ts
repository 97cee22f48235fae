import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

import type { CliContext } from './cli-context.ts'
import { canAsk } from './confirm.ts'

/** What people choose: any characters that are seen, and blanks between them. */
const usable = /^[^\p{C}\p{Zl}\p{Zp}]{8,512}$/u
const maxBytes = 4_096

export const passphraseForm = 'must be 8 to 512 visible characters'

/** The first line of stdin; at a terminal it is asked for twice, and not shown. Undefined if it may not be one, or they differ. */
export async function readPassphrase(context: CliContext): Promise<string | undefined> {
  const given = canAsk(context) ? await askTwice(context) : await firstLine(context.stdin)
  return given !== undefined && usable.test(given) ? given : undefined
}

async function firstLine(stdin: NodeJS.ReadableStream): Promise<string | undefined> {
  let text = ''
  stdin.setEncoding('utf8')
  for await (const part of stdin) {
    text += String(part)
    if (text.includes('\n') || text.length > maxBytes) break
  }
  return text.split(/\r?\n/)[0]
}

async function askTwice({ stdin, stdout, stopped }: CliContext): Promise<string | undefined> {
  // What is typed is echoed by readline alone, and here into nothing.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output, terminal: true })
  const left = new AbortController()
  // Nobody else hears Ctrl-C meanwhile, and whoever ends the input answers no question.
  for (const event of ['SIGINT', 'close'] as const) lines.once(event, () => left.abort())
  const signal = AbortSignal.any([stopped, left.signal])
  const ask = async (question: string) => {
    stdout.write(question)
    const line = await lines.question('', { signal })
    stdout.write('\n')
    return line
  }
  try {
    const first = await ask('Password: ')
    const second = await ask('Once more: ')
    return first === second ? first : undefined
  } catch (error) {
    if (!signal.aborted) throw error
    stdout.write('\n')
    return undefined
  } finally {
    lines.close()
  }
}
