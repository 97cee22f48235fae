import { invisibleCharacterInText } from '../text/invisible.ts'

const maxNameLength = 64
const maxReasonLength = 200

/** What is wrong with the name of whoever decides something: a person's or a system's. */
export function whoProblem(text: string): string | undefined {
  return problemOf(text, maxNameLength)
}

/** What is wrong with the reason for it. */
export function whyProblem(text: string): string | undefined {
  return problemOf(text, maxReasonLength)
}

function problemOf(text: string, most: number): string | undefined {
  const isShort = text.length <= most && text.trim() !== ''
  if (isShort && invisibleCharacterInText(text) === undefined) return undefined
  return `must be 1 to ${most} visible characters`
}
