import { messageOf, RingbackError } from '../../../shared/errors/errors.ts'
import type { CliContext, Terminal } from './cli-context.ts'

interface Guard {
  context: CliContext
  /** Aborted when nothing more can be written. */
  broken: AbortSignal
  hasPrinted: boolean
  /** Why nothing more can be written to stdout, if that is so and its reader has not simply had enough. */
  failure: Error | undefined
}

/** One for each context, however many commands share it. */
const guards = new WeakMap<CliContext, Guard>()

/**
 * The same context for when nothing can be written any more. A reader that goes away (`| head`) ends the command as a stop
 * would, instead of ending the process in the middle of something; so does a full disk, which {@link outputFailure} tells:
 * what was not written must not pass for success.
 */
export function guardPipes(context: CliContext): CliContext {
  return guardOf(context).context
}

/** Waits until all that was printed through the guard is written; an error where that is impossible. */
export async function outputFailure(context: CliContext): Promise<RingbackError | undefined> {
  const guard = guardOf(context)
  if (guard.hasPrinted) await flushed(context.stdout, guard.broken)
  const { failure } = guard
  if (failure === undefined) return undefined
  return new RingbackError(
    'output-not-writable',
    `The output of the command could not be written: ${messageOf(failure)}. Its changes may have been made all the same.`,
    { cause: failure },
  )
}

function guardOf(context: CliContext): Guard {
  const known = guards.get(context)
  if (known !== undefined) return known
  const broken = new AbortController()
  const guard: Guard = {
    context: {
      ...context,
      stdout: guardTerminal(context.stdout, {
        broken: broken.signal,
        onPrint: () => (guard.hasPrinted = true),
        onError: (error) => {
          if (!isGoneReader(error) && guard.hasPrinted) guard.failure ??= error
          broken.abort(error)
        },
      }),
      stderr: guardTerminal(context.stderr, {
        broken: broken.signal,
        onError: (error) => {
          // A log of errors that is full ends nothing: there is only nobody to tell.
          if (isGoneReader(error)) broken.abort(error)
        },
      }),
      stopped: AbortSignal.any([context.stopped, broken.signal]),
    },
    broken: broken.signal,
    hasPrinted: false,
    failure: undefined,
  }
  guards.set(context, guard)
  return guard
}

interface Watch {
  broken: AbortSignal
  onPrint?: () => void
  onError: (error: Error) => void
}

function guardTerminal(terminal: Terminal, { broken, onPrint, onError }: Watch): Terminal {
  let isBroken = false
  // Only the first says why: each later write fails because the stream is closed by then.
  terminal.on?.('error', (error) => {
    if (!isBroken) onError(error)
    isBroken = true
  })
  return {
    write: (text, done) => {
      if (isBroken || broken.aborted) {
        done?.()
        return
      }
      onPrint?.()
      // What is not a stream has written what it was given.
      if (terminal.on !== undefined) {
        terminal.write(text, done)
        return
      }
      terminal.write(text)
      done?.()
    },
    get isTTY() {
      return terminal.isTTY
    },
    get columns() {
      return terminal.columns
    },
  }
}

function isGoneReader(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE'
}

/** What is not a stream has written what it was given. An error is emitted only after the call back, if that comes at all. */
async function flushed(terminal: Terminal, broken: AbortSignal): Promise<void> {
  if (terminal.on === undefined || broken.aborted) return
  await new Promise<void>((resolve) => {
    broken.addEventListener('abort', () => resolve(), { once: true })
    terminal.write('', () => setImmediate(resolve))
  })
}
