import { invisibleCharacter } from '../text/invisible.ts'
import { lengthProblem } from '../text/text-length.ts'

const rule = 'write E.164: a + followed by 7 to 15 digits and nothing else'

/** What people and spreadsheets make of a number, and what to say of it. The first that fits is told. No message holds a digit of it. */
const mistakes: readonly { pattern: RegExp; message: string }[] = [
  { pattern: /^$/, message: `is empty; ${rule}` },
  { pattern: /^ +$/, message: `is only spaces; ${rule}` },
  {
    pattern: /^=/,
    message: 'is a formula of a spreadsheet (="…"); write the number itself, as text',
  },
  {
    pattern: /^['’‘`´]/,
    message:
      'begins with an apostrophe, with which a spreadsheet marks text; write the number without it',
  },
  {
    pattern: /^ *#(?:#+|N\/A|[A-Z\d/]+[!?]) *$/,
    message:
      'is what a spreadsheet shows in place of a value (such as #####); widen the column or correct the formula, and export it again',
  },
  { pattern: /^["“”„«]|["“”»]$/, message: 'is in quotes; write the number without them' },
  {
    pattern: /^ *[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+ *$/,
    message:
      'was rounded by a spreadsheet (1.84E+10), and its last digits are lost; format the column as text and export it again',
  },
  {
    pattern: /^ *(?:tel|callto|sips?|sms|whatsapp):/i,
    message: 'is a link (such as tel: or sip:); write the number only, with its +',
  },
  {
    pattern: /(?:\bext|extension|durchwahl|\bdw\b|;|#|[\d\s)]x\s*\d)/i,
    message: `has an extension, which cannot be called back; ${rule}`,
  },
  {
    pattern: /(?![0-9])\p{Nd}|＋/u,
    message: 'has digits or a + from another script or in full width; write 0 to 9 and a plain +',
  },
  { pattern: /\p{L}/u, message: `has letters; ${rule}` },
  {
    pattern: /^\D*\d[^+]*\+/,
    message: 'has a + that is not at its beginning; give one number only',
  },
  { pattern: /^\+*\+ *\+/, message: 'begins with two +; write one' },
  { pattern: /^ | $/, message: 'has a space at its beginning or end; remove it' },
  {
    pattern: /^\+?\d+[.,]0$/,
    message: 'has a decimal point, which a spreadsheet adds to numbers; write it as text',
  },
  {
    pattern: /[^+\d ()./,_\-\u2010-\u2015\u2212]/,
    message: `has a character that does not belong in a number; ${rule}`,
  },
]

/** What is wrong with a text that should be a telephone number, in words that name no digit of it; undefined if it is E.164. */
export function phoneProblem(text: string): string | undefined {
  if (isCallbackNumber(text)) return undefined
  const long = lengthProblem(text)
  if (long !== undefined) return `${long}; ${rule}`
  const unseen = invisibleCharacter(text)
  if (unseen !== undefined) return `has ${unseen}; remove it: ${rule}`
  const mistake = mistakes.find(({ pattern }) => pattern.test(text))
  return mistake?.message ?? separators(text) ?? beginning(text) ?? length(text)
}

/** E.164, and nothing but it. */
export function isCallbackNumber(value: string): boolean {
  return value.length <= 16 && /^\+[1-9]\d{6,14}$/.test(value)
}

function separators(text: string): string | undefined {
  if (!/[^+\d]/.test(text)) return undefined
  const found = [
    [/ /, 'spaces'],
    [/[-\u2010-\u2015\u2212_]/, 'hyphens'],
    [/[()]/, 'brackets'],
    [/[./,]/, 'dots, commas or slashes'],
  ] as const
  const names = found.filter(([pattern]) => pattern.test(text)).map(([, name]) => name)
  return `has ${names.join(' and ')} in it; ${rule}`
}

function beginning(text: string): string | undefined {
  if (text.startsWith('+0'))
    return `has a 0 after its +, and no country code begins with 0; ${rule}`
  if (text.startsWith('+')) return undefined
  if (text.startsWith('00')) return 'begins with 00; write a + instead'
  if (text.startsWith('0')) {
    return 'begins with 0, as dialled within its country; write + and the country code instead'
  }
  return `has no + before its country code; ${rule}`
}

function length(text: string): string {
  return `has ${text.length < 8 ? 'fewer than 7' : 'more than 15'} digits; ${rule}`
}
