/** How long Redis took to answer a script, or to fail, as whoever called it felt it: with the way there and back. */
export type ScriptTimed = (script: string, durationMs: number) => void

const listeners: ScriptTimed[] = []

/** From now on, until the process ends. */
export function watchScripts(listener: ScriptTimed): void {
  listeners.push(listener)
}

/** Says how long it was when it is called. While nobody listens it is nothing. */
export function timeScript(script: string): () => void {
  if (listeners.length === 0) return unwatched
  const calledAt = performance.now()
  return () => {
    const durationMs = performance.now() - calledAt
    for (const told of listeners) told(script, durationMs)
  }
}

const unwatched = () => undefined
