import type { AttemptCode } from '../../shared/contract/codes.ts'
import { describeErrors } from '../../shared/delivery/describe-errors.ts'
import type { Outcome } from '../../shared/delivery/outcome.ts'
import type {
  AnsweredBySalesforce,
  SalesforceAnswer,
} from '../../shared/delivery/salesforce-answer.ts'

/** Statuses after which nothing was booked and a later attempt may succeed. 401 is left after one new token. */
const laterStatuses: Readonly<Record<number, AttemptCode>> = {
  401: 'unauthorized',
  408: 'request-timeout',
  425: 'too-early',
  429: 'rate-limited',
  503: 'service-unavailable',
}

/**
 * A 403 is a limit, and not a refusal, with one of these: the core API's code for a spent quota, and the prefix
 * Salesforce logs voice limits with (salesforce.md sections 2 and 4). For this endpoint none is documented.
 */
const limitMarks = ['LIMIT_EXCEEDED', 'SCV_LIMITS_ERROR']

/** What an answer means for the callback. Pure; the one place where statuses are judged. */
export function classify(answer: SalesforceAnswer): Outcome {
  if (answer.kind === 'answered') return classifyResponse(answer)
  const { sent, code, message } = answer
  if (sent) return { kind: 'uncertain', status: undefined, code, message }
  return { kind: 'unavailable', status: undefined, code, message, retryAfterMs: undefined }
}

/** The outcome of an attempt whose worker was lost in the middle of it: the request may have gone out. */
export const workerLost: Outcome = {
  kind: 'uncertain',
  status: undefined,
  code: 'worker-lost',
  message: 'The worker was lost during the attempt; the request may have been sent.',
}

function classifyResponse(answer: AnsweredBySalesforce): Outcome {
  const { status } = answer
  if (status >= 200 && status < 300) return classifySuccess(answer)
  const message = `Salesforce answered ${status}${describeErrors(answer.errors)}.`
  const later = laterStatuses[status] ?? limitOf(answer)
  if (later !== undefined) return unavailable(answer, later, message)
  if (status >= 500) return { kind: 'uncertain', status, code: `http-${status}`, message }
  if (status >= 400) return { kind: 'refused', status, code: `http-${status}`, message }
  // Redirects are never followed: the token would go to a host nobody configured. The destination is at fault.
  return unavailable(answer, 'redirected', message)
}

/** A 2xx is a booking only with a recordId and without errors: sibling endpoints are documented to send both. */
function classifySuccess(answer: AnsweredBySalesforce): Outcome {
  const { status, recordId, unusableRecordId, errors } = answer
  const described = describeErrors(errors)
  if (errors.length > 0) {
    const message = `Salesforce answered ${status} with errors${described}.`
    return { kind: 'uncertain', status, code: 'errors-in-success', message }
  }
  if (recordId === undefined) {
    const message =
      unusableRecordId === undefined
        ? `Salesforce answered ${status} without a recordId.`
        : `Salesforce answered ${status} with a recordId that is not the id of a record: ${unusableRecordId}`
    return { kind: 'uncertain', status, code: 'no-record-id', message }
  }
  return { kind: 'booked', status, recordId }
}

function unavailable(answer: AnsweredBySalesforce, code: AttemptCode, message: string): Outcome {
  const { status, retryAfterMs } = answer
  return { kind: 'unavailable', status, code, message, retryAfterMs }
}

function limitOf({ status, errors }: AnsweredBySalesforce): AttemptCode | undefined {
  if (status !== 403) return undefined
  const texts = errors.flatMap(({ code, message }) => [code, message])
  const isLimit = limitMarks.some((mark) => texts.some((text) => text?.includes(mark)))
  return isLimit ? 'limit-exceeded' : undefined
}
