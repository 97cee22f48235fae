import type { Observer, WorkerEvent } from '../../shared/telemetry/events.ts'

/** Which callbacks have ended. */
export interface EndTracker {
  observe: Observer
  /** Resolves when all of these have ended. */
  all(ids: readonly string[]): Promise<void>
}

export function createEndTracker(): EndTracker {
  const ended = new Set<string>()
  let check = () => {
    // Nobody waits yet.
  }
  return {
    observe: (event) => {
      if (!isEndOfCallback(event)) return
      ended.add(event.id)
      check()
    },
    all: (ids) =>
      new Promise((resolve) => {
        check = () => {
          if (ids.every((id) => ended.has(id))) resolve()
        }
        check()
      }),
  }
}

function isEndOfCallback(event: WorkerEvent): event is Extract<WorkerEvent, { id: string }> {
  if (event.event === 'attempt.settled') return event.state !== 'retrying'
  return event.event === 'entry.buried' || event.event === 'callback.expired'
}
