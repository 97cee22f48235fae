import { userInfo } from 'node:os'

/** As whom this process runs. A user without an entry in the system's table, as in many containers, has no name. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
