import { pino, type DestinationStream } from 'pino'

/**
 * Writes lines at once, and outlives what cannot be written: on a full disk, or a terminal that is gone, the work must go on.
 * `onLost` is called after the first line that could be written again, with the number of those that could not.
 */
export function steadyOutput(onLost: (lines: number) => void): DestinationStream {
  let lost = 0
  let output = open()

  /** A new one after each failure: the old one would keep the line, and all that come after it, until there is room. */
  function open() {
    const destination = pino.destination({ sync: true })
    // pino itself falls silent where the reader has gone (EPIPE). Any other error would end the process.
    destination.once('error', () => {
      lost += 1
      output = open()
    })
    return destination
  }

  return {
    write: (line) => {
      const before = lost
      // The beginning of the line that failed may be on the disk.
      output.write(before > 0 ? `\n${line}` : line)
      if (before === 0 || lost > before) return
      lost = 0
      onLost(before)
    },
  }
}
