import type { SalesforceError } from '../../shared/contract/salesforce-answer.ts'
import { maskEcho } from './mask-echo.ts'

const maxRecordIdLength = 255
const maxCodeLength = 100
const maxMessageLength = 500
const maxExcerptLength = 200
/** Errors go into the ledger and the log: a handful tells the story. */
const maxErrors = 10
/** `errors` inside `error` inside `errors`: nothing known nests deeper. */
const maxDepth = 3

export interface ParsedBody {
  readonly recordId?: string
  readonly errors: SalesforceError[]
}

/**
 * What a body of Salesforce says. Only the body of a success is documented, so every form that Salesforce's neighbouring
 * endpoints use is understood. The callback's own number is masked in all texts, in whatever spelling it comes back.
 */
export function parseBody(text: string, callbackNumber?: string): ParsedBody {
  const clean = (value: string, maxLength: number) =>
    tidy(maskEcho(value, callbackNumber), maxLength)
  const value = parseJson(text)
  if (value === undefined) return { errors: excerptOf(text, clean) }
  const recordId = recordIdOf(value)
  const errors = collectErrors(value, { hasRecordId: recordId !== undefined, depth: 0 })
    .slice(0, maxErrors)
    .map(({ code, message }) => ({
      ...(code !== undefined && { code: clean(code, maxCodeLength) }),
      ...(message !== undefined && { message: clean(message, maxMessageLength) }),
    }))
  return recordId === undefined ? { errors } : { recordId, errors }
}

/** `undefined` for what is no JSON; JSON itself has no such value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function recordIdOf(value: unknown): string | undefined {
  const recordId = isObject(value) ? value['recordId'] : undefined
  if (typeof recordId !== 'string' || recordId.trim() === '') return undefined
  return recordId.length <= maxRecordIdLength ? recordId : undefined
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

/** Both patterns stop at the next `<`, so a hostile body costs linear time. */
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

/** One line without control characters; cut after masking, so that no half of a number stays readable. */
function tidy(text: string, maxLength: number): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).trimEnd()}…`
}
