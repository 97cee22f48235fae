/**
 * `stalled`: it runs and gets nowhere. `stopped`: it has not begun, was told to stop, or has ended.
 */
export type ServiceStatus = 'working' | 'stalled' | 'stopped'

/**
 * Something that works for as long as its process does. What starts and stops it needs to know no more of it than this, and
 * what it opens for its work it closes before `run` ends.
 */
export interface Service {
  readonly name: string
  /**
   * Works until `stopping` is aborted; then takes no more work, finishes what it has in hand, and resolves. `cutShort` is
   * aborted when there is no more time for that: whoever waits for something outside gives up waiting, and writes down what
   * it knows. Called once. Rejects for bugs only: what may go wrong is observed, and tried again.
   */
  run(stopping: AbortSignal, cutShort: AbortSignal): Promise<void>
  status(): ServiceStatus
}

/** `isStalled` is asked while it runs. */
export function createService(
  name: string,
  run: Service['run'],
  isStalled: () => boolean = () => false,
): Service {
  let running: AbortSignal | undefined
  return {
    name,
    run: async (stopping, cutShort) => {
      running = stopping
      try {
        await run(stopping, cutShort)
      } finally {
        running = undefined
      }
    },
    status: () => {
      if (running === undefined || running.aborted) return 'stopped'
      return isStalled() ? 'stalled' : 'working'
    },
  }
}

/** Several services as one; `close` closes what they share, when all of them have ended. */
export function combineServices(
  name: string,
  services: readonly Service[],
  close: () => Promise<void>,
): Service {
  const run: Service['run'] = async (stopping, cutShort) => {
    await Promise.all(services.map((each) => each.run(stopping, cutShort)))
    await close()
  }
  return createService(name, run, () => services.some((each) => each.status() !== 'working'))
}
