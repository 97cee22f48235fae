/** How a command ended, as the process's exit status. */
export const exitStatus = {
  /** All went as asked. */
  done: 0,
  /** Something was refused, missing or unhealthy; the output says what. */
  problem: 1,
  /** The command or the configuration was wrong; nothing was done. */
  usage: 2,
} as const
