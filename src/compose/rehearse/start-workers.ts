import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface Workers {
  /** Rejects when a worker ends before it is told to; never resolves. */
  failed: Promise<never>
  stop(): Promise<void>
}

export function startWorkers(count: number, env: Readonly<Record<string, string>>): Workers {
  let isStopping = false
  const children = Array.from({ length: count }, () => startWorker(env))
  const failed = new Promise<never>((_, reject) => {
    for (const child of children) {
      child.once('exit', (status, signal) => {
        if (!isStopping) reject(new Error(`a worker ended with ${status ?? signal ?? 'nothing'}`))
      })
    }
  })
  // Whoever does not wait for it any more is not interested.
  failed.catch(() => undefined)
  return {
    failed,
    stop: async () => {
      isStopping = true
      await Promise.all(children.map(stopWorker))
    },
  }
}

function startWorker(env: Readonly<Record<string, string>>): ChildProcess {
  // Its log is not for a terminal that shows something else; its last words are.
  return fork(new URL('./worker-process.js', import.meta.url), [], {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function stopWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
