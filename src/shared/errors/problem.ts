/** One thing wrong with one field of what was submitted. The message never repeats the value: it may be a number. */
export interface Problem {
  /** Dotted path, or `intent` for the whole. */
  field: string
  message: string
}

/** `callbackNumber: has blanks in it …; delay: …`: the one wording for refusals, dead letters and the command line. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ field, message }) => `${field}: ${message}`).join('; ')
}

/** A name as it may be repeated in a message. It comes from outside and might be a customer's number. */
export function safeName(name: string): string {
  return /^[A-Za-z_][A-Za-z_.-]{0,39}$/.test(name) ? name : '(unprintable name)'
}
