import { z } from 'zod'

import type { ContactRequestSearch } from '../../shared/contract/contact-request-search.ts'
import type { SalesforceError } from '../../shared/contract/salesforce-answer.ts'
import { salesforceId18, salesforceIdIsValid } from '../../shared/contract/salesforce-id.ts'
import { describeErrors } from './describe-errors.ts'
import { textOf, type HttpAnswered, type HttpResult } from './exchange.ts'
import { parseBody, parseJson } from './parse-answer.ts'
import { parseRetryAfterMs } from './parse-retry-after.ts'

const answerSchema = z.object({
  done: z.boolean(),
  records: z.array(z.object({ Id: z.string().refine(salesforceIdIsValid) })),
})

export interface Asked {
  /** Masked wherever Salesforce repeats it: it likes to quote the query that it refuses. */
  readonly callbackNumber: string
  readonly limit: number
  readonly nowMs: number
}

/** What an answer to the query means. Pure; the one place where its statuses are judged. */
export function readContactRequests(result: HttpResult, asked: Asked): ContactRequestSearch {
  if (result.kind === 'failed') {
    const { code, message } = result
    return { kind: 'unavailable', code, message, retryAfterMs: undefined }
  }
  const { status } = result
  if (status >= 200 && status < 300) return readRecords(result, asked)
  const { errors } = parseBody(textOf(result), asked.callbackNumber)
  const message = `Salesforce answered the query with ${status}${describeErrors(errors)}.`
  const later = laterCode(status, errors)
  if (later === undefined) return { kind: 'failed', code: refusalCode(status), message }
  const retryAfterMs = parseRetryAfterMs(result.retryAfter, asked.nowMs)
  return { kind: 'unavailable', code: later, message, retryAfterMs }
}

/** A page of HTML, or half an answer, says nothing about what exists. */
function readRecords(result: HttpAnswered, { limit }: Asked): ContactRequestSearch {
  const read = answerSchema.safeParse(parseJson(textOf(result)))
  if (!read.success) {
    return {
      kind: 'unavailable',
      code: 'unreadable-answer',
      message: 'Salesforce answered the query with no readable list of records.',
      retryAfterMs: undefined,
    }
  }
  const { done, records } = read.data
  const recordIds = records.map(({ Id }) => salesforceId18(Id.slice(0, 15)))
  return { kind: 'found', recordIds, complete: done && records.length < limit }
}

const laterStatuses: Readonly<Record<number, string>> = {
  408: 'request-timeout',
  425: 'too-early',
  429: 'rate-limited',
}

/** The code when a later query may fare better. 401 is left after one new token, and is final. */
function laterCode(status: number, errors: readonly SalesforceError[]): string | undefined {
  if (status >= 500) return `http-${status}`
  if (status === 403 && errors.some(({ code }) => code === 'REQUEST_LIMIT_EXCEEDED')) {
    return 'limit-exceeded'
  }
  // Never followed: the token would go to a host nobody configured. Where My Domain is being moved, it is soon over.
  return status < 400 ? 'redirected' : laterStatuses[status]
}

function refusalCode(status: number): string {
  if (status === 401) return 'unauthorized'
  return status === 403 ? 'forbidden' : 'query-refused'
}
