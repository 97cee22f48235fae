import { decodeJson } from '../../shared/contract/decode-intent.ts'
import { lineProblem, tooLong, type Item } from './item.ts'
import { nextFilledLine, type LineSource } from './line-source.ts'

/** JSON Lines: an intent a line. */
export async function* jsonlItems(source: LineSource): AsyncGenerator<Item> {
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
