import type { SalesforceError } from './salesforce-answer.ts'

/** To follow a status and precede a full stop: `: INVALID_FIELD No such column; …`, or nothing. Three tell the story. */
export function describeErrors(errors: readonly SalesforceError[]): string {
  const described = errors
    .slice(0, 3)
    .map(({ code, message }) => [code, message].filter((part) => part !== undefined).join(' '))
    .join('; ')
    .replace(/\.$/, '')
  return described === '' ? '' : `: ${described}`
}
