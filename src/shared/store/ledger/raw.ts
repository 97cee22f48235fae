/** What is kept of an entry that could not be taken in (bury.lua): as it was sent, or encoded. */
export interface KeptRaw {
  raw: string
  rawEncoding: 'base64' | undefined
}

/**
 * More than this is read of no dead letter. An entry that holds as much as any may (64 KiB), all of it control characters, of
 * which JSON makes six each, is less.
 */
export const maxRawBytes = 524_288

const encodedField = 'base64:'

/** What was sent, as far as it is text: decoded where it was encoded, the values of an entry without an intent too. */
export function textOfRaw({ raw, rawEncoding }: KeptRaw): string {
  if (rawEncoding === 'base64') return Buffer.from(raw, 'base64').toString()
  const fields = fieldsOf(raw)
  if (!fields.some((field) => field.startsWith(encodedField))) return raw
  return JSON.stringify(fields.map(decoded))
}

/** Of an entry without the field `intent`: all its fields and values. Of anything else none. */
function fieldsOf(raw: string): string[] {
  try {
    const value: unknown = JSON.parse(raw)
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

function decoded(field: string): string {
  return field.startsWith(encodedField)
    ? Buffer.from(field.slice(encodedField.length), 'base64').toString()
    : field
}
