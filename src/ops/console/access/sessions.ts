import type { Operator } from './check-login.ts'

/** Who has logged in, by the random id that their cookie holds. In memory: whoever restarts the console logs everybody out. */
export interface Sessions {
  /** The id of the new session. */
  begin: (operator: Operator, nowMs: number) => string
  find: (id: string, nowMs: number) => Operator | undefined
  /** The same for what a page asks by itself: it keeps no session alive. */
  peek: (id: string, nowMs: number) => Operator | undefined
  end: (id: string) => void
}

interface Session {
  operator: Operator
  begunMs: number
  usedMs: number
}

/** A shift. */
export const longestMs = 12 * 3_600_000
export const longestRestMs = 3_600_000
/** Only who knows a password begins one, but may do so again and again. */
export const mostSessions = 1_000

/** `randomId` must not be guessed: 128 bits or more. */
export function createSessions(randomId: () => string): Sessions {
  const sessions = new Map<string, Session>()

  const living = (id: string, nowMs: number) => {
    const session = sessions.get(id)
    if (session !== undefined && isOver(session, nowMs)) sessions.delete(id)
    return sessions.get(id)
  }

  return {
    begin: (operator, nowMs) => {
      const id = randomId()
      sessions.set(id, { operator, begunMs: nowMs, usedMs: nowMs })
      const [oldest] = sessions.keys()
      if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest)
      return id
    },
    find: (id, nowMs) => {
      const session = living(id, nowMs)
      if (session !== undefined) session.usedMs = nowMs
      return session?.operator
    },
    peek: (id, nowMs) => living(id, nowMs)?.operator,
    end: (id) => {
      sessions.delete(id)
    },
  }
}

function isOver({ begunMs, usedMs }: Session, nowMs: number): boolean {
  return nowMs - begunMs >= longestMs || nowMs - usedMs >= longestRestMs
}
