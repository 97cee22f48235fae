import type { Problem } from '../../../shared/errors/problem.ts'

/** The options of `enqueue` that are not called like the field they fill. */
const options: Readonly<Record<string, string>> = {
  callId: '--call-id',
  callbackNumber: '--number',
  isPreviewCallback: '--preview',
  scheduledRoutingDateTime: '--scheduled-routing',
  notBefore: '--not-before',
  timeZone: '--time-zone',
  expiresAt: '--expires-at',
  requestedAt: '--requested-at',
  attributes: '--attribute',
}

/** The library's words, a line a field, with the option beside the field. */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ field, message }) => `${fieldName(field)}: ${message}`)
}

function fieldName(field: string): string {
  const option = Object.hasOwn(options, field) ? options[field] : undefined
  return option === undefined ? field : `${field} (${option})`
}
