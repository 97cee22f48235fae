import { z } from 'zod'

import type { Problem } from '../errors/problem.ts'
import { delayRule, readDelay } from './delay.ts'
import { hasOffset, readInstant, readLocalTime, type ReadTime } from './intent-times.ts'
import { judged, wrongType } from './judged-field.ts'
import { publishedDelay, publishedHold, publishedZone } from './published.ts'
import { timeZoneProblem } from './time-zone.ts'

export const timeRule = 'must be a string: an ISO 8601 time'

/** Until when a callback is held: the same in an intent and where it is put off. */
export const holdFields = {
  delay: z
    .union([z.number(), z.string()], { error: wrongType(delayRule) })
    .superRefine((value, context) => {
      const delay = readDelay(value)
      if (delay.kind === 'problem') context.addIssue({ code: 'custom', message: delay.message })
    })
    .meta(publishedDelay)
    .optional(),
  notBefore: z
    .string({ error: wrongType(timeRule) })
    .meta(publishedHold)
    .optional(),
  timeZone: judged(
    wrongType('must be a string: an IANA name such as Europe/Vienna'),
    timeZoneProblem,
    publishedZone,
  ).optional(),
}

export interface HoldFields {
  delay?: number | string | undefined
  notBefore?: string | undefined
  timeZone?: string | undefined
}

/** Of a delay that the schema has found readable. */
export function delayMsOf(
  { delay, notBefore }: HoldFields,
  problems: Problem[],
): number | undefined {
  if (delay === undefined) return undefined
  if (notBefore !== undefined) {
    problems.push({ field: 'delay', message: 'cannot be given together with notBefore' })
    return undefined
  }
  const read = readDelay(delay)
  return read.kind === 'ok' && read.ms > 0 ? read.ms : undefined
}

/** Epoch ms. */
export function readNotBefore(
  { notBefore, timeZone }: HoldFields,
  problems: Problem[],
): number | undefined {
  if (notBefore === undefined) {
    if (timeZone === undefined) return undefined
    problems.push({ field: 'timeZone', message: 'is only for a notBefore in local time' })
    return undefined
  }
  if (timeZone === undefined) return noted(readInstant(notBefore), 'notBefore', problems)
  if (hasOffset(notBefore)) {
    problems.push({ field: 'timeZone', message: 'cannot be given with an offset in notBefore' })
    return undefined
  }
  return noted(readLocalTime(notBefore, timeZone), 'notBefore', problems)
}

function noted(time: ReadTime, field: string, problems: Problem[]): number | undefined {
  if (time.kind === 'ok') return time.epochMs
  problems.push({ field, message: time.message })
  return undefined
}
