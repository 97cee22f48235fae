import { decodeJson } from '../../../shared/contract/decode-intent.ts'
import { lineProblem, tooLong, type Item } from './item.ts'
import { nextFilledLine, type LineSource } from './line-source.ts'
import type { Line } from './read-lines.ts'

/** JSON Lines: an intent a line. JSON of another layout is refused as a whole: line by line it would be nothing but complaints. */
export async function* jsonlItems(source: LineSource): AsyncGenerator<Item> {
  const first = await nextFilledLine(source)
  const otherLayout = first && layoutProblem(first)
  if (first !== undefined && otherLayout !== undefined) {
    yield lineProblem(first.number, otherLayout)
    return
  }
  if (first !== undefined) source.giveBack([first])
  for (;;) {
    const line = await nextFilledLine(source)
    if (line === undefined) return
    if (line.kind === 'too-long') {
      yield lineProblem(line.number, tooLong)
      continue
    }
    const json = decodeJson(line.bytes)
    yield json.kind === 'ok'
      ? { kind: 'intent', line: line.number, value: json.value }
      : { kind: 'problem', line: line.number, problems: json.problems }
  }
}

const conversion = '; convert it with: jq -c %s FILE | ringback import - --format jsonl'

function layoutProblem(line: Line): string | undefined {
  if (line.kind === 'too-long') return undefined
  const text = line.bytes.toString('utf8').trim()
  if (text.startsWith('[')) {
    return `starts a JSON array, and nothing was imported: intents are read one per line${conversion.replace('%s', "'.[]'")}`
  }
  return text === '{'
    ? `starts JSON that spans several lines, and nothing was imported: intents are read one per line${conversion.replace('%s', '.')}`
    : undefined
}
