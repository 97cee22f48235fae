import { apgApi, apgLib } from 'apg-js'

/** RFC 5234, appendix B.1: what every grammar may use. */
const core = `
ALPHA = %x41-5A / %x61-7A
CR = %x0D
DIGIT = %x30-39
HTAB = %x09
LF = %x0A
SP = %x20
`

/** Whether the whole text is what a rule says. */
export type Matches = (rule: string, text: string) => boolean

/** Of grammars in ABNF that go together. Throws where they are none. */
export function readAbnf(...grammars: readonly string[]): Matches {
  const api = new apgApi(`${[core, ...grammars].join('\n')}\n`.replaceAll(/\r?\n/g, '\r\n'))
  api.generate()
  if (api.errors.length > 0) throw new Error(api.errorsToAscii())
  const grammar = api.toObject()
  return (rule, text) => {
    const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0)
    return new apgLib.parser().parse(grammar, rule, codes).success
  }
}
