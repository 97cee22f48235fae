import { canonicalCallId } from '../shared/contract/salesforce-id.ts'
import { epochMsOf, isoTimestamp } from '../shared/time/timestamp.ts'
import type { Booking, Books } from './books.ts'
import type { Fault } from './faults.ts'
import { json, type Reply } from './replies.ts'
import type { ContactRequestField, ContactRequestSelect, PhoneCondition } from './soql.ts'

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
    .map((booking) => recordOf(booking, fault?.do === 'reformat'))
}

function recordOf(
  { recordId, callbackNumber, bookedAt, callId }: Booking,
  reformatted: boolean,
): ContactRequest {
  const canonical = canonicalCallId(callId)
  return {
    Id: recordId,
    PreferredPhone: reformatted ? asInTheUnitedStates(callbackNumber) : callbackNumber,
    CreatedDate: createdDate(epochMsOf(bookedAt)),
    WhatId: /^0LQ[A-Za-z0-9]{15}$/.test(canonical) ? canonical : null,
  }
}

/** As Salesforce's own pages write a number that was entered in a locale of North America. */
function asInTheUnitedStates(callbackNumber: string): string {
  return callbackNumber.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3')
}

function strangers(books: Books, { select, nowMs, fault }: Question): ContactRequest[] {
  if (fault?.do !== 'several') return []
  const PreferredPhone = numberAskedFor(books, select.preferredPhone)
  return [1, 2].map(() => ({
    Id: books.newRecordId(),
    PreferredPhone,
    CreatedDate: createdDate(nowMs),
    WhatId: select.whatId ?? null,
  }))
}

/** The number whose callback was requested and that the query is about, whole again. */
function numberAskedFor(books: Books, asked: PhoneCondition | undefined): string | null {
  if (asked === undefined) return null
  const numbers = books.requests().map(({ body }) => /"(\+\d+)"/.exec(body)?.[1])
  return numbers.find((number) => number !== undefined && fits(number, asked)) ?? asked.text
}

/** Salesforce keeps whole seconds. */
function createdDate(epochMs: number): string {
  return isoTimestamp(epochMs).replace(/\.\d+Z$/, '.000+0000')
}

function matches(record: ContactRequest, select: ContactRequestSelect): boolean {
  const { preferredPhone, createdFrom, whatId } = select
  if (preferredPhone && !fits(record.PreferredPhone ?? '', preferredPhone)) return false
  if (whatId !== undefined && record.WhatId !== canonicalCallId(whatId)) return false
  return createdFrom === undefined || epochMsOf(record.CreatedDate ?? '') >= createdFrom
}

function fits(number: string, { operator, text }: PhoneCondition): boolean {
  if (operator === 'is') return number === text
  const parts = text.split('%').map((part) => part.replaceAll(/\W/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(number)
}
