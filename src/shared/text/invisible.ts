/**
 * What is not seen, or is seen as something else: control and format characters, line separators, fillers and selectors
 * that fonts leave out, halves of a pair that nobody can encode, and blanks other than the plain one.
 */
const invisible =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u

/**
 * In prose some of them belong: line breaks and tabs, the blanks of typesetters, and what joins letters and emoji (U+200C,
 * U+200D, variation selectors).
 */
const invisibleInText =
  /(?![\t\n\r\u200C\u200D]|\p{Variation_Selector})[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u

const blankAtAnEnd = /^\s|\s$/u

const names = new Map([
  ['\t', 'a tab'],
  ['\n', 'a line feed'],
  ['\r', 'a carriage return'],
  [' ', 'a space'],
  ['\u00A0', 'a no-break space'],
  ['\u00AD', 'a soft hyphen'],
  ['\u200B', 'a zero-width space'],
  ['\u200C', 'a zero-width non-joiner'],
  ['\u200D', 'a zero-width joiner'],
  ['\u200E', 'a left-to-right mark'],
  ['\u200F', 'a right-to-left mark'],
  ['\u2028', 'a line separator'],
  ['\u2029', 'a paragraph separator'],
  ['\u202A', 'a left-to-right embedding'],
  ['\u202B', 'a right-to-left embedding'],
  ['\u202C', 'the end of a change of direction'],
  ['\u202D', 'a left-to-right override'],
  ['\u202E', 'a right-to-left override'],
  ['\u202F', 'a narrow no-break space'],
  ['\u2060', 'a word joiner'],
  ['\uFEFF', 'a byte order mark'],
])

/** `an invisible character, U+200B (a zero-width space)`: the first one in a name or a number; undefined without any. */
export function invisibleCharacter(text: string): string | undefined {
  return described(invisible.exec(text)?.[0])
}

/** The same in a text that people write and read. */
export function invisibleCharacterInText(text: string): string | undefined {
  return described(invisibleInText.exec(text)?.[0])
}

/** `a blank at its end, U+0020`, or undefined. */
export function blankAtEnd(text: string): string | undefined {
  const blank = blankAtAnEnd.exec(text)
  if (blank === null) return undefined
  const end = blank.index === 0 ? 'beginning' : 'end'
  return `${names.get(blank[0]) ?? 'a space'} at its ${end}, ${codePoint(blank[0])}`
}

/** Without what nobody sees at either end, and the plain blanks there: what spreadsheets and web pages leave around a value. */
export function trimInvisible(text: string): string {
  const characters = Array.from(text)
  const start = characters.findIndex(isVisible)
  return start < 0 ? '' : characters.slice(start, characters.findLastIndex(isVisible) + 1).join('')
}

function isVisible(character: string): boolean {
  return character !== ' ' && !invisible.test(character)
}

function described(character: string | undefined): string | undefined {
  if (character === undefined) return undefined
  if (/\p{Cs}/u.test(character)) return `half of a character, ${codePoint(character)}`
  const name = names.get(character)
  const kind = /\p{Zs}|\u2800/u.test(character)
    ? 'a space that is not the ordinary one'
    : 'an invisible character'
  return `${kind}, ${codePoint(character)}${name === undefined ? '' : ` (${name})`}`
}

function codePoint(character: string): string {
  const hex = character.codePointAt(0)?.toString(16).toUpperCase() ?? ''
  return `U+${hex.padStart(4, '0')}`
}
