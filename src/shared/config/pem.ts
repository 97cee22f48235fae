/** One block of PEM text, written as it should be. */
export interface PemBlock {
  /** `PRIVATE KEY`, `CERTIFICATE`. */
  label: string
  pem: string
}

const block = /-----BEGIN(\s[A-Z0-9\s]+)-----([^-]*)-----END\s[A-Z0-9\s]+-----/g

/** Line breaks as shells, JSON and YAML write them, doubled too. PEM has no backslash of its own. */
const escapedBreak = /\\+[rnt]?/g

/**
 * The blocks of a text, whatever became of their line breaks: blanks, tabs, `\n`, `\\n` or nothing. What stands between the
 * lines BEGIN and END is base64, so where they were does not matter.
 */
export function pemBlocks(text: string): PemBlock[] {
  const found = [...text.replace(escapedBreak, '\n').matchAll(block)]
  return found.map(([, name = '', body = '']) => blockOf(name, body)).filter(({ label }) => label)
}

function blockOf(name: string, body: string): PemBlock {
  const label = name.trim().replace(/\s+/g, ' ')
  const lines = body.replace(/[\s\p{Cf}]/gu, '').match(/.{1,64}/g) ?? []
  const pem = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
  return { label, pem }
}
