import { canonicalCallId } from '../shared/contract/salesforce-id.ts'
import { epochMsOf, isoTimestamp } from '../shared/time/timestamp.ts'
import type { Booking, Books } from './books.ts'
import type { Fault } from './faults.ts'
import { json, type Reply } from './replies.ts'
import type { ContactRequestField, ContactRequestSelect } from './soql.ts'

type ContactRequest = Record<ContactRequestField, string | null>

export interface Question {
  select: ContactRequestSelect
  apiVersion: string
  nowMs: number
  fault: Fault | undefined
}

/** What the query finds among the bookings, in the form of the core REST API. */
export function answerQuery(books: Books, question: Question): Reply {
  const { select, apiVersion } = question
  const found = [...visible(books, question), ...strangers(books, question)]
    .filter((record) => matches(record, select))
    .slice(0, select.limit)
  const records = found.map((record) => ({
    attributes: {
      type: 'ContactRequest',
      url: `/services/data/${apiVersion}/sobjects/ContactRequest/${record.Id ?? ''}`,
    },
    ...Object.fromEntries(select.fields.map((field) => [field, record[field]])),
  }))
  return json(200, { totalSize: records.length, done: true, records })
}

function visible(books: Books, { nowMs, fault }: Question): ContactRequest[] {
  const lagMs = fault?.do === 'lag' ? (fault.lagMs ?? Infinity) : 0
  return books
    .bookings()
    .filter(({ bookedAt }) => epochMsOf(bookedAt) + lagMs <= nowMs)
    .map(recordOf)
}

function recordOf({ recordId, callbackNumber, bookedAt, callId }: Booking): ContactRequest {
  const canonical = canonicalCallId(callId)
  return {
    Id: recordId,
    PreferredPhone: callbackNumber,
    CreatedDate: createdDate(epochMsOf(bookedAt)),
    WhatId: /^0LQ[A-Za-z0-9]{15}$/.test(canonical) ? canonical : null,
  }
}

function strangers(books: Books, { select, nowMs, fault }: Question): ContactRequest[] {
  if (fault?.do !== 'several') return []
  return [1, 2].map(() => ({
    Id: books.newRecordId(),
    PreferredPhone: select.preferredPhone ?? null,
    CreatedDate: createdDate(nowMs),
    WhatId: select.whatId ?? null,
  }))
}

/** Salesforce keeps whole seconds. */
function createdDate(epochMs: number): string {
  return isoTimestamp(epochMs).replace(/\.\d+Z$/, '.000+0000')
}

function matches(record: ContactRequest, select: ContactRequestSelect): boolean {
  const { preferredPhone, createdFrom, whatId } = select
  if (preferredPhone !== undefined && record.PreferredPhone !== preferredPhone) return false
  if (whatId !== undefined && record.WhatId !== canonicalCallId(whatId)) return false
  return createdFrom === undefined || epochMsOf(record.CreatedDate ?? '') >= createdFrom
}
