export interface SentCommand {
  /** Name and arguments. Bytes that are no UTF-8 are replaced: for looking at, not for sending on. */
  command: string[]
  /** As it came. */
  bytes: Buffer
}

/** Takes a client's bytes in whatever pieces they come, and tells each whole command (RESP: an array of bulk strings). */
export function readCommands(tell: (sent: SentCommand) => void): (bytes: Buffer) => void {
  let waiting: Buffer = Buffer.alloc(0)
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes])
    for (;;) {
      const parsed = parseCommand(waiting)
      if (parsed === undefined) return
      tell({ command: parsed.command, bytes: waiting.subarray(0, parsed.end) })
      waiting = waiting.subarray(parsed.end)
    }
  }
}

/** `*<count>\r\n`, then for each `$<bytes>\r\n<text>\r\n`. Undefined while a part is still to come. */
function parseCommand(bytes: Buffer): { command: string[]; end: number } | undefined {
  const count = lengthAt(bytes, 0)
  if (count === undefined) return undefined
  const command: string[] = []
  let at = count.end
  while (command.length < count.length) {
    const text = lengthAt(bytes, at)
    if (text === undefined || bytes.length < text.end + text.length + 2) return undefined
    command.push(bytes.toString('utf8', text.end, text.end + text.length))
    at = text.end + text.length + 2
  }
  return { command, end: at }
}

function lengthAt(bytes: Buffer, at: number): { length: number; end: number } | undefined {
  const end = bytes.indexOf('\r\n', at)
  if (end < 0) return undefined
  return { length: Number(bytes.toString('latin1', at + 1, end)), end: end + 2 }
}
