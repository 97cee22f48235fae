const maxBytes = 4_096
const usable = /^[\x21-\x7e]{8,512}$/

/** What stdin gives up to the end of its first line; empty where that is no password. */
export async function readPassword(stdin: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const part of stdin) {
    text += String(part)
    if (text.includes('\n') || text.length > maxBytes) break
  }
  const [line = ''] = text.split(/\r?\n/)
  return usable.test(line) ? line : ''
}
