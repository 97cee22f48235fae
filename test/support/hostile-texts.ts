/**
 * Texts that make patterns try again and again: a beginning that fits, one piece repeated up to the full length, and an end
 * that does not fit. The pieces are what the forms of times, durations, zones, numbers, ids, tokens and markup are made of.
 * `bytes` is what each has in JSON.
 */
export function hostileTexts(bytes: number): string[] {
  return beginnings.flatMap((beginning) =>
    pieces.flatMap((piece) => {
      const repeated = piece.repeat(Math.floor((bytes - 40) / bytesOf(piece)))
      return ends.map((end) => beginning + repeated + end)
    }),
  )
}

function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2
}

const beginnings = ['', 'P1', '+1', '2026-02-26T15:40', 'Europe/', 'eyJ']
const ends = ['-', 'é!']
const pieces = [
  ...[
    '1',
    '0',
    'a',
    'A',
    'T',
    'Z',
    'P',
    'é',
    '١',
    '１',
    ' ',
    '\t',
    '\n',
    '-',
    '+',
    '.',
    ',',
    ':',
    '/',
    '_',
  ],
  ...[
    '[',
    '(',
    '<',
    '"',
    "'",
    '#',
    '=',
    '%',
    '&',
    '\\',
    '{',
    '\u200b',
    '\ufeff',
    '\u3000',
    '\u2028',
    '😀',
  ],
  ...[
    '1T1',
    '1 T',
    '1.1',
    '1,0',
    '1s ',
    '1W',
    '1\ufeff',
    '1\u200b',
    '1 \u200b-',
    '+1 ',
    '-1',
    'a/',
    'A-',
  ],
  ...[
    'eyJ',
    '-eyJ',
    '.eyJ-',
    '00D',
    '00D000000000000!',
    '0LQ',
    'Bearer ',
    '%25',
    '%31',
    '%',
    '&#49;',
  ],
  ...[
    String.raw`\u0031`,
    '<script ',
    '</script',
    '-----BEGIN ',
    '-----BEGIN A',
    'ext',
    ' x 1',
    '1x',
    '"a":',
  ],
]
