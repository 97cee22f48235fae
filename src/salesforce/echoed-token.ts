import { hiddenToken } from '../shared/telemetry/mask-secrets.ts'
import { replaceRanges, type Replacement } from '../shared/text/replace-ranges.ts'

/** So many letters and digits in the order of a token's are the token's. One more than an org's id has. */
const comparedCharacters = 16
/** What is shorter is not a secret. */
const minCharacters = 6
const letterOrDigit = /[A-Za-z0-9]/g

/** Masks a token that was sent, and any part of it, wherever it was broken: by blanks, line breaks or dots. */
export function echoedTokenMask(token: string): (text: string) => string {
  const characters = plain(token)
  const length = Math.min(characters.length, comparedCharacters)
  const count = characters.length - length + 1
  const parts = Array.from({ length: count }, (_, at) => characters.slice(at, at + length))
  return (text) => maskParts(text, { parts: new Set(parts), length })
}

/** All of one length. */
interface Parts {
  readonly parts: ReadonlySet<string>
  readonly length: number
}

function maskParts(text: string, { parts, length }: Parts): string {
  if (length < minCharacters) return text
  const places = [...text.matchAll(letterOrDigit)].map(({ index }) => index)
  const characters = plain(text)
  const replacements: Replacement[] = []
  for (let at = 0; at + length <= characters.length; at += 1) {
    if (!parts.has(characters.slice(at, at + length))) continue
    const from = places[at] ?? 0
    const to = (places[at + length - 1] ?? from) + 1
    replacements.push({ from, to, by: hiddenToken })
  }
  return replaceRanges(text, replacements)
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '')
}
