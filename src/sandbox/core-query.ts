import { canonicalCallId } from '../shared/contract/salesforce-id.ts'
import { epochMsOf, isoTimestamp } from '../shared/time/timestamp.ts'
import type { Booking, BookingStore } from './booking-store.ts'
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
export function answerQuery(store: BookingStore, question: Question): Reply {
  const { select, apiVersion } = question
  const found = [...visible(store, question), ...unrelatedRequests(store, question)]
    .filter(matching(select))
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

function visible(store: BookingStore, { select, nowMs, fault }: Question): ContactRequest[] {
  const lagMs = fault?.do === 'lag' ? (fault.lagMs ?? Infinity) : 0
  return store
    .bookingsSince(select.createdFrom ?? 0)
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

function unrelatedRequests(
  store: BookingStore,
  { select, nowMs, fault }: Question,
): ContactRequest[] {
  if (fault?.do !== 'several') return []
  const PreferredPhone = numberAskedFor(store, select.preferredPhone)
  return [1, 2].map(() => ({
    Id: store.newRecordId(),
    PreferredPhone,
    CreatedDate: createdDate(nowMs),
    WhatId: select.whatId ?? null,
  }))
}

/** The number whose callback was requested and that the query is about, whole again. */
function numberAskedFor(store: BookingStore, asked: PhoneCondition | undefined): string | null {
  if (asked === undefined) return null
  const numbers = store.requests().map(({ body }) => /"(\+\d+)"/.exec(body)?.[1])
  const fits = fitting(asked)
  return numbers.find((number) => number !== undefined && fits(number)) ?? asked.text
}

/** Salesforce keeps whole seconds. */
function createdDate(epochMs: number): string {
  return isoTimestamp(epochMs).replace(/\.\d+Z$/, '.000+0000')
}

function matching(select: ContactRequestSelect): (record: ContactRequest) => boolean {
  const { preferredPhone, createdFrom, whatId } = select
  const fits = preferredPhone && fitting(preferredPhone)
  return ({ PreferredPhone, WhatId, CreatedDate }) => {
    if (fits?.(PreferredPhone ?? '') === false) return false
    if (whatId !== undefined && WhatId !== canonicalCallId(whatId)) return false
    return createdFrom === undefined || epochMsOf(CreatedDate ?? '') >= createdFrom
  }
}

function fitting({ operator, text }: PhoneCondition): (number: string) => boolean {
  if (operator === 'is') return (number) => number === text
  const parts = text.split('%').map((part) => part.replaceAll(/\W/g, String.raw`\$&`))
  const pattern = new RegExp(`^${parts.join('.*')}$`, 'i')
  return (number) => pattern.test(number)
}
