import { expect } from 'vitest'

/** `expect.stringContaining` is an `any`, which lint forbids inside an object. */
export function containing(text: string): unknown {
  return expect.stringContaining(text)
}

export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern)
}
