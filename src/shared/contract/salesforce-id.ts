/** The checksum writes five bits as one of these. */
const checksumAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const id15Form = /^[A-Za-z0-9]{15}$/
const id18Form = /^[A-Za-z0-9]{15}[A-Z0-5]{3}$/
const recordIdForm = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/
const voiceCallIdForm = /^0LQ[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/

/**
 * The 18-character form of a 15-character record id. The 15 characters tell upper from lower case; the three added ones say
 * which are upper case (five a character, the first one the lowest bit), so that the longer form survives systems that do not.
 */
export function salesforceId18(id15: string): string {
  if (!id15Form.test(id15)) {
    throw new RangeError('A Salesforce id to extend has 15 characters, each a letter or a digit')
  }
  const checksum = [0, 5, 10].map((start) => checksumOf(id15.slice(start, start + 5)))
  return id15 + checksum.join('')
}

/** Whether `id` has the form of a record id: 15 characters, or 18 whose last three are the right checksum. */
export function salesforceIdIsValid(id: string): boolean {
  if (id15Form.test(id)) return true
  return id18Form.test(id) && salesforceId18(id.slice(0, 15)) === id
}

/**
 * The 18-character id of a text that has lost its case, its first 15 characters all small or all capital, as spreadsheets and
 * databases leave it: the checksum says which letters were capitals. Undefined where it says a digit was one, and for mixed case,
 * where a wrong checksum is a slip of the hand.
 */
export function withRestoredCase(text: string): string | undefined {
  const typed = text.slice(0, 15)
  if (typed !== typed.toUpperCase() && typed !== typed.toLowerCase()) return undefined
  const capitals = text.toUpperCase()
  if (!id18Form.test(capitals)) return undefined
  const checksum = capitals.slice(15)
  const id15 = Array.from(capitals.slice(0, 15), (character, ref) =>
    isCapital(checksum, ref) ? character : character.toLowerCase(),
  ).join('')
  const restored = id15 + checksum
  return salesforceIdIsValid(restored) ? restored : undefined
}

function isCapital(checksum: string, ref: number): boolean {
  const bits = checksumAlphabet.indexOf(checksum.charAt(Math.floor(ref / 5)))
  return ((bits >> (ref % 5)) & 1) === 1
}

/**
 * One call, one key: the 18-character form of a VoiceCall's id, whichever form was given, its case restored where it was
 * lost. Vendors' contact ids are opaque and tell upper from lower case, so everything else comes back untouched, ids with a
 * wrong checksum too.
 */
export function canonicalCallId(callId: string): string {
  if (callId.length > 18 || !/^0lq/i.test(callId)) return callId
  if (voiceCallIdForm.test(callId) && salesforceIdIsValid(callId)) {
    return salesforceId18(callId.slice(0, 15))
  }
  const restored = withRestoredCase(callId)
  return restored !== undefined && voiceCallIdForm.test(restored) ? restored : callId
}

/**
 * Whether a text is shaped like the id of a record. No checksum: an id that Salesforce made is not refused for three
 * characters that nobody needs.
 */
export function isRecordId(text: string): boolean {
  return text.length <= 18 && recordIdForm.test(text)
}

/** The 18-character form of a record's id, whichever form was given; anything else comes back untouched. */
export function canonicalRecordId(recordId: string): string {
  return isRecordId(recordId) ? salesforceId18(recordId.slice(0, 15)) : recordId
}

function checksumOf(chunk: string): string {
  const bits = Array.from(chunk, (character, ref) => (/[A-Z]/.test(character) ? 1 << ref : 0))
  return checksumAlphabet.charAt(bits.reduce((sum, bit) => sum + bit, 0))
}
