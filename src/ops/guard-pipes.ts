import type { CliContext, Terminal } from './cli-context.ts'

/**
 * The same context for when the reader goes away (`| head`): the broken pipe ends the command as a stop would, instead of
 * ending the process in the middle of something.
 */
export function guardPipes(context: CliContext): CliContext {
  const broken = new AbortController()
  return {
    ...context,
    stdout: guard(context.stdout, broken),
    stderr: guard(context.stderr, broken),
    stopped: AbortSignal.any([context.stopped, broken.signal]),
  }
}

function guard(terminal: Terminal, broken: AbortController): Terminal {
  terminal.on?.('error', (error) => {
    // A full disk under a redirected output is no reader that had enough: it must not pass for success.
    if (!('code' in error) || error.code !== 'EPIPE') throw error
    broken.abort(error)
  })
  return {
    write: (text) => broken.signal.aborted || terminal.write(text),
    get isTTY() {
      return terminal.isTTY
    },
    get columns() {
      return terminal.columns
    },
  }
}
