import type { Line } from './read-lines.ts'

/** Lines one by one, of which some can be given back to be read again. */
export interface LineSource {
  next(): Promise<Line | undefined>
  giveBack(lines: readonly Line[]): void
  close(): Promise<void>
}

export function createLineSource(lines: AsyncGenerator<Line>): LineSource {
  let returned: Line[] = []
  return {
    next: async () => {
      const again = returned.shift()
      if (again !== undefined) return again
      const next = await lines.next()
      return next.done === true ? undefined : next.value
    },
    giveBack: (again) => {
      returned = [...again, ...returned]
    },
    close: async () => {
      await lines.return(undefined)
    },
  }
}

/** The next line that holds anything. A line that is too long does. */
export async function nextFilledLine(source: LineSource): Promise<Line | undefined> {
  for (;;) {
    const line = await source.next()
    if (line === undefined || line.kind === 'too-long' || !isBlank(line.bytes)) return line
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09)
}
