import { z } from 'zod'

import type { ContactRequestSearch } from '../shared/delivery/contact-request-search.ts'
import type { SalesforceError } from '../shared/delivery/salesforce-answer.ts'
import { describeErrors } from '../shared/delivery/describe-errors.ts'
import { digitsOf, lastDigits } from '../shared/phone/digits.ts'
import { spellingsOf } from '../shared/phone/number-spellings.ts'
import { salesforceId18, salesforceIdIsValid } from '../shared/contract/salesforce-id.ts'
import { textOf, type HttpAnswered, type HttpResult } from './exchange.ts'
import type { SentValues } from './mask-echo.ts'
import { parseBody, parseJson } from './parse-answer.ts'
import { parseRetryAfterMs } from './parse-retry-after.ts'

const recordSchema = z.object({
  Id: z.string().refine(salesforceIdIsValid),
  PreferredPhone: z.string(),
})
const answerSchema = z.object({ done: z.boolean(), records: z.array(recordSchema) })

export interface SearchContext extends SentValues {
  /** What a record's is compared with; masked wherever Salesforce repeats it: it likes to quote the query that it refuses. */
  readonly callbackNumber: string
  readonly limit: number
  readonly nowMs: number
}

/** What an answer to the query means. Pure; the one place where its statuses are judged. */
export function readContactRequests(
  result: HttpResult,
  asked: SearchContext,
): ContactRequestSearch {
  if (result.kind === 'failed') {
    const { code, message } = result
    return { kind: 'unavailable', code, message, retryAfterMs: undefined }
  }
  const { status } = result
  if (status >= 200 && status < 300) return readRecords(result, asked)
  const { errors } = parseBody(textOf(result), asked)
  const message = `Salesforce answered the query with ${status}${describeErrors(errors)}.`
  const later = transientCode(status, errors)
  if (later === undefined) return { kind: 'failed', code: refusalCode(status), message }
  const retryAfterMs = parseRetryAfterMs(result.retryAfter, asked.nowMs)
  return { kind: 'unavailable', code: later, message, retryAfterMs }
}

/** A page of HTML, or half an answer, says nothing about what exists. */
function readRecords(
  result: HttpAnswered,
  { limit, callbackNumber }: SearchContext,
): ContactRequestSearch {
  const read = answerSchema.safeParse(parseJson(textOf(result)))
  if (!read.success) {
    return {
      kind: 'unavailable',
      code: 'unreadable-answer',
      message: 'Salesforce answered the query without a readable list of records.',
      retryAfterMs: undefined,
    }
  }
  const { done, records } = read.data
  const spellings = spellingsOf(callbackNumber)
  const ours = records.filter(({ PreferredPhone }) => spellings.isIn(PreferredPhone))
  const unclear = records.some(
    ({ PreferredPhone }) =>
      !spellings.isIn(PreferredPhone) && mayBeSameNumber(PreferredPhone, callbackNumber),
  )
  return {
    kind: 'found',
    recordIds: ours.map(({ Id }) => salesforceId18(Id.slice(0, 15))),
    complete: done && records.length < limit && !unclear,
  }
}

/** A number that ends alike and is written without its country's code is somebody's: nobody can tell whose. */
function mayBeSameNumber(written: string, callbackNumber: string): boolean {
  if (written.trim().startsWith('+')) return false
  return digitsOf(written).endsWith(lastDigits(callbackNumber))
}

const transientStatuses: Readonly<Record<number, string>> = {
  408: 'request-timeout',
  425: 'too-early',
  429: 'rate-limited',
}

/** The code when a later query may fare better. 401 is left after one new token, and is final. */
function transientCode(status: number, errors: readonly SalesforceError[]): string | undefined {
  if (status >= 500) return `http-${status}`
  if (status === 403 && errors.some(({ code }) => code === 'REQUEST_LIMIT_EXCEEDED')) {
    return 'limit-exceeded'
  }
  // Never followed: the token would go to a host nobody configured. Where My Domain is being moved, it is soon over.
  return status < 400 ? 'redirected' : transientStatuses[status]
}

function refusalCode(status: number): string {
  if (status === 401) return 'unauthorized'
  return status === 403 ? 'forbidden' : 'query-refused'
}
