import { deadReasons } from '../../shared/contract/states.ts'
import { maskNumbersIn } from '../../shared/phone/mask.ts'
import type { FilterRequest } from '../operations/runs/run-request.ts'
import { pointInTimeIn } from '../text/point-in-time.ts'
import { oneOf, type Queries } from './query.ts'

/** Which dead letters somebody wants to see. */
export interface AskedLetters {
  /** As it stands in the address, so that it can be changed and sent to somebody. */
  typed: TypedFilter
  filter: FilterRequest
  /** Sentences. Where there is one, nothing is looked for. */
  problems: string[]
}

export interface TypedFilter {
  reason: string | undefined
  code: string | undefined
  since: string | undefined
  until: string | undefined
  /** `name=value`. */
  attribute: string | undefined
  /** `yes`: only those that may be booked. */
  doubtful: string | undefined
}

export function askedLetters(queries: Queries, nowMs: number): AskedLetters {
  const one = (name: keyof TypedFilter) => oneOf(queries, name)
  const typed = {
    reason: one('reason'),
    code: one('code'),
    since: one('since'),
    until: one('until'),
    attribute: one('attribute'),
    doubtful: one('doubtful'),
  }
  const problems: string[] = []
  const readTime = (name: 'since' | 'until') => {
    const text = typed[name]
    const point = text === undefined ? undefined : pointInTimeIn(text, nowMs)
    if (point?.kind === 'problem') problems.push(`“${name}” is not understood. ${point.message}`)
    return point?.kind === 'ok' ? point.atMs : undefined
  }
  const reason = deadReasons.find((each) => each === typed.reason)
  if (typed.reason !== undefined && reason === undefined) problems.push('There is no such reason.')
  const filter = {
    reason,
    code: typed.code,
    sinceMs: readTime('since'),
    untilMs: readTime('until'),
    attributes: attributesIn(typed.attribute, problems),
    possibleDuplicates: typed.doubtful === 'yes',
  }
  if ([typed.code, typed.attribute].some(holdsNumber)) problems.push(noNumber)
  return { typed: withoutNumbers(typed), filter, problems }
}

export function isFiltered(typed: TypedFilter): boolean {
  return Object.values(typed).some((text) => text !== undefined)
}

const noNumber =
  'A phone number is not looked for here, as it would stand in the address. The search at the top finds by number.'

function holdsNumber(text: string | undefined): boolean {
  return text !== undefined && maskNumbersIn(text) !== text
}

/** What is written into links and fields again. */
function withoutNumbers(typed: TypedFilter): TypedFilter {
  const shown = (text: string | undefined) => (holdsNumber(text) ? undefined : text)
  return { ...typed, code: shown(typed.code), attribute: shown(typed.attribute) }
}

function attributesIn(text: string | undefined, problems: string[]) {
  if (text === undefined) return undefined
  const at = text.indexOf('=')
  if (at > 0) return [{ name: text.slice(0, at), value: text.slice(at + 1) }]
  problems.push('An attribute is written as name=value.')
  return undefined
}
