import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'

import type {
  Answer,
  Arrival,
  Cost,
  FromSink,
  ImplementationRequest,
  ToSink,
} from './processes/messages.ts'

export type ImplementationName = 'ringback' | 'baseline'

export interface ImplementationProcess {
  ask(request: ImplementationRequest): Promise<Cost>
  end(): Promise<void>
}

export interface Sink {
  url: string
  /** Emits `arrived` with each POST's arrival while it watches. */
  arrivals: EventEmitter<{ arrived: [Arrival] }>
  watch(on: boolean): Promise<void>
  end(): Promise<void>
}

/** `profileDir`: where the process leaves a CPU profile when it ends. */
export function startImplementation(
  name: ImplementationName,
  profileDir?: string,
): ImplementationProcess {
  const flags = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
  const child = start(new URL('./processes/implementation.js', import.meta.url), [name], flags)
  return {
    ask: async (request) => {
      child.send(request)
      const [answer] = (await once(child, 'message')) as [Answer]
      if (answer.kind === 'failed') throw new Error(`${name}: ${answer.message}`)
      return answer.cost
    },
    end: () => end(child),
  }
}

export async function startSink(): Promise<Sink> {
  const child = start(new URL('./processes/sink.js', import.meta.url), [], [])
  const arrivals = new EventEmitter<{ arrived: [Arrival] }>()
  const [first] = (await once(child, 'message')) as [FromSink]
  if (first.kind !== 'listening') throw new Error('the sink did not say where it listens')
  child.on('message', (message: FromSink) => {
    if (message.kind === 'arrived') arrivals.emit('arrived', message.arrival)
  })
  return {
    url: first.url,
    arrivals,
    watch: async (on) => {
      child.send({ kind: on ? 'watch' : 'ignore' } satisfies ToSink)
      await once(child, 'message')
    },
    end: () => end(child),
  }
}

function start(file: URL, args: string[], execArgv: string[]): ChildProcess {
  // `advanced` carries bigints.
  return fork(file, args, { serialization: 'advanced', execArgv })
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
