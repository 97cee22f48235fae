import type { Observer, WorkerEvent } from '../../src/shared/telemetry/events.ts'

type EventName = WorkerEvent['event']
type EventOf<Name extends EventName> = Extract<WorkerEvent, { event: Name }>

/** Records what a worker says, so that a test waits for the event it is about and never for time. */
export interface Recorder {
  observe: Observer
  all: WorkerEvent[]
  /** The first event of this name that fits; at once if it has happened already. */
  next<Name extends EventName>(
    name: Name,
    fits?: (event: EventOf<Name>) => boolean,
  ): Promise<EventOf<Name>>
  of<Name extends EventName>(name: Name): EventOf<Name>[]
}

export function createRecorder(): Recorder {
  const all: WorkerEvent[] = []
  const waiting = new Set<(event: WorkerEvent) => void>()

  function matching<Name extends EventName>(name: Name) {
    return (event: WorkerEvent): event is EventOf<Name> => event.event === name
  }

  return {
    all,
    observe: (event) => {
      all.push(event)
      for (const look of [...waiting]) look(event)
    },
    of: (name) => all.filter(matching(name)),
    next: (name, fits = () => true) => {
      const isNamed = matching(name)
      const past = all.filter(isNamed).find((event) => fits(event))
      if (past !== undefined) return Promise.resolve(past)
      return new Promise((resolve) => {
        const look = (event: WorkerEvent) => {
          if (!isNamed(event) || !fits(event)) return
          waiting.delete(look)
          resolve(event)
        }
        waiting.add(look)
      })
    },
  }
}
