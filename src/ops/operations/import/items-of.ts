import { extname } from 'node:path'

import { csvItems } from './csv-items.ts'
import type { Format } from './format.ts'
import type { Item } from './item.ts'
import { jsonlItems } from './jsonl-items.ts'
import { createLineSource, nextFilledLine, type LineSource } from './line-source.ts'
import { readLines } from './read-lines.ts'

/** The items of a file, in the format that was named, else that of its extension, else that of its first line. */
export async function* itemsOf(
  chunks: AsyncIterable<Uint8Array | string>,
  { file, format }: { file: string; format: Format | undefined },
): AsyncGenerator<Item> {
  const source = createLineSource(readLines(chunks))
  try {
    const found = format ?? formatOfName(file) ?? (await formatOfContent(source))
    yield* found === 'csv' ? csvItems(source) : jsonlItems(source)
  } finally {
    await source.close()
  }
}

function formatOfName(file: string): Format | undefined {
  const extension = extname(file).toLowerCase()
  if (extension === '.csv') return 'csv'
  return ['.jsonl', '.ndjson', '.json'].includes(extension) ? 'jsonl' : undefined
}

async function formatOfContent(source: LineSource): Promise<Format> {
  const line = await nextFilledLine(source)
  if (line === undefined) return 'jsonl'
  source.giveBack([line])
  return line.kind === 'line' && /^\s*[{[]/.test(line.bytes.toString('latin1')) ? 'jsonl' : 'csv'
}
