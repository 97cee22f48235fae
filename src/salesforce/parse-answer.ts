import type { SalesforceError } from '../shared/delivery/salesforce-answer.ts'
import { isRecordId } from '../shared/contract/salesforce-id.ts'
import { maskEcho, type SentValues } from './mask-echo.ts'

const maxCodeLength = 100
const maxMessageLength = 500
const maxExcerptLength = 200
/** Errors go into the ledger and the log: a handful tells the story. */
const maxErrors = 10
/** `errors` inside `error` inside `errors`: nothing known nests deeper. */
const maxDepth = 3

export interface ParsedBody {
  readonly recordId?: string
  /** What stands in place of an id and is none, as it may be shown. */
  readonly unusableRecordId?: string
  readonly errors: SalesforceError[]
}

/**
 * What a body of Salesforce says. Only the body of a success is documented, so every form that Salesforce's neighbouring
 * endpoints use is understood. What was sent is masked in all texts, in whatever spelling it comes back.
 */
export function parseBody(text: string, sent: SentValues = {}): ParsedBody {
  const clean = (value: string, maxLength: number) => maskEcho(value, maxLength, sent)
  const value = parseJson(text)
  if (value === undefined) return { errors: excerptOf(text, clean) }
  const given = givenRecordId(value)
  const recordId = given !== undefined && isRecordIdOfOurs(given, sent) ? given : undefined
  const errors = collectErrors(value, { hasRecordId: given !== undefined, depth: 0 })
    .slice(0, maxErrors)
    .map(({ code, message }) => ({
      ...(code !== undefined && { code: clean(code, maxCodeLength) }),
      ...(message !== undefined && { message: clean(message, maxMessageLength) }),
    }))
  if (recordId !== undefined) return { recordId, errors }
  return given === undefined
    ? { errors }
    : { unusableRecordId: clean(given, maxCodeLength), errors }
}

/** `undefined` for what is not JSON; JSON itself has no such value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function givenRecordId(value: unknown): string | undefined {
  const recordId = isObject(value) ? value['recordId'] : undefined
  return typeof recordId === 'string' && recordId.trim() !== '' ? recordId : undefined
}

/** An id is logged, kept and told to consumers as it is: one that holds the customer's number is none. */
function isRecordIdOfOurs(given: string, { callbackNumber }: SentValues): boolean {
  if (!isRecordId(given)) return false
  return callbackNumber === undefined || !given.includes(callbackNumber.slice(1))
}

interface Position {
  readonly hasRecordId: boolean
  readonly depth: number
}

function collectErrors(value: unknown, position: Position): SalesforceError[] {
  if (position.depth > maxDepth) return []
  if (typeof value === 'string') return value.trim() === '' ? [] : [{ message: value }]
  const inside = { hasRecordId: false, depth: position.depth + 1 }
  if (Array.isArray(value)) return value.flatMap((item) => collectErrors(item, inside))
  if (!isObject(value)) return []
  const nested = isContainer(value['error']) ? collectErrors(value['error'], inside) : []
  return [...ownError(value, position), ...nested, ...collectErrors(value['errors'], inside)]
}

/** `code` and `message` are neutral words: beside a recordId they may say that all went well. */
function ownError(value: Record<string, unknown>, { hasRecordId }: Position): SalesforceError[] {
  const code = firstText(
    value,
    hasRecordId ? ['errorCode', 'error'] : ['code', 'errorCode', 'error'],
  )
  if (hasRecordId && code === undefined && !('errorMessage' in value)) return []
  const message = firstText(value, ['message', 'errorMessage', 'error_description'])
  if (code === undefined && message === undefined) return []
  return [{ ...(code !== undefined && { code }), ...(message !== undefined && { message }) }]
}

function firstText(value: Record<string, unknown>, names: string[]): string | undefined {
  return names.map((name) => textOf(value[name])).find((text) => text !== undefined)
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Clean = (value: string, maxLength: number) => string

/** A gateway in front of Salesforce answers in HTML or plain text. */
function excerptOf(text: string, clean: Clean): SalesforceError[] {
  const excerpt = clean(withoutTags(text), maxExcerptLength)
  return excerpt === '' ? [] : [{ message: excerpt }]
}

/** The patterns stop at the next `<`, so a hostile body costs linear time. */
function withoutTags(text: string): string {
  const [start = '', ...scripts] = text.split(/<(?:script|style)\b/i)
  const afterScripts = scripts.map((part) =>
    part
      .split(/<\/(?:script|style)\s*>/i)
      .slice(1)
      .join(' '),
  )
  return [start, ...afterScripts].join(' ').replace(/<[^<>]*>/g, ' ')
}
