import { epochMsOf } from '../shared/time/timestamp.ts'
import { oneError, type Reply } from './replies.ts'

const fieldNames = ['Id', 'PreferredPhone', 'CreatedDate', 'WhatId'] as const

export type ContactRequestField = (typeof fieldNames)[number]

/** `like`: the text is a pattern in which `%` stands for anything. */
export interface PhoneCondition {
  operator: 'is' | 'like'
  text: string
}

/** The one shape of query that the sandbox understands. */
export interface ContactRequestSelect {
  fields: ContactRequestField[]
  preferredPhone: PhoneCondition | undefined
  /** Epoch ms. */
  createdFrom: number | undefined
  whatId: string | undefined
  limit: number
}

export type ParsedSoql =
  { kind: 'select'; select: ContactRequestSelect } | { kind: 'wrong'; reply: Reply }

/** Salesforce gives this many rows a page. */
const maxPageSize = 2_000

const tokenForm =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*')|(?<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))|(?<word>\w+)|(?<sign>>=|=|,))/y

interface Token {
  kind: 'text' | 'time' | 'word' | 'sign'
  value: string
  column: number
}

/**
 * `SELECT … FROM ContactRequest WHERE … AND … ORDER BY CreatedDate ASC LIMIT n`, with `PreferredPhone = '…'`
 * or `LIKE '…'`, `CreatedDate >= …` and `WhatId = '…'` as conditions. Like Salesforce, an error quotes the query, the number in it too.
 */
export function parseSoql(soql: string): ParsedSoql {
  try {
    return { kind: 'select', select: readSelect(new Reader(soql)) }
  } catch (error) {
    if (error instanceof SoqlError) return { kind: 'wrong', reply: error.reply }
    throw error
  }
}

class SoqlError extends Error {
  readonly reply: Reply

  constructor(code: string, message: string) {
    super(message)
    this.reply = oneError(400, code, message)
  }
}

class Reader {
  readonly #soql: string
  readonly #tokens: Token[]
  #next = 0

  constructor(soql: string) {
    this.#soql = soql
    this.#tokens = [...this.#split()]
  }

  take(kind: Token['kind']): string {
    const token = this.#tokens[this.#next]
    if (token?.kind !== kind) throw this.#unexpected(token)
    this.#next += 1
    return token.value
  }

  /** Takes these words or signs in a row, in any case; all or nothing. */
  skip(...values: string[]): boolean {
    const here = this.#tokens.slice(this.#next, this.#next + values.length)
    const found = values.every((value, at) => {
      const token = here[at]
      if (token === undefined || token.kind === 'text') return false
      return token.value.toUpperCase() === value.toUpperCase()
    })
    if (found) this.#next += values.length
    return found
  }

  expect(...values: string[]): void {
    if (!this.skip(...values)) throw this.#unexpected(this.#tokens[this.#next])
  }

  end(): void {
    const token = this.#tokens[this.#next]
    if (token) throw this.#unexpected(token)
  }

  *#split(): Generator<Token> {
    const form = new RegExp(tokenForm)
    const length = this.#soql.trimEnd().length
    while (form.lastIndex < length) {
      const column = form.lastIndex
      const groups = form.exec(this.#soql)?.groups
      const [kind, value] =
        Object.entries<string | undefined>(groups ?? {}).find(([, text]) => text !== undefined) ??
        []
      if (kind === undefined || value === undefined) throw this.#malformed(column)
      yield { kind: kind as Token['kind'], value, column }
    }
  }

  #unexpected(token: Token | undefined): SoqlError {
    return this.#malformed(token?.column ?? this.#soql.length)
  }

  #malformed(column: number): SoqlError {
    return new SoqlError(
      'MALFORMED_QUERY',
      `\n${this.#soql}\n${' '.repeat(column)}^\nERROR at Row:1:Column:${column + 1}\nunexpected token`,
    )
  }
}

function readSelect(reader: Reader): ContactRequestSelect {
  reader.expect('SELECT')
  const names = [reader.take('word')]
  while (reader.skip(',')) names.push(reader.take('word'))
  reader.expect('FROM')
  const type = reader.take('word')
  if (type !== 'ContactRequest') {
    throw new SoqlError('INVALID_TYPE', `sObject type '${type}' is not supported.`)
  }
  const conditions = readConditions(reader)
  if (reader.skip('ORDER', 'BY', 'CreatedDate')) reader.skip('ASC')
  const limit = reader.skip('LIMIT') ? Number(reader.take('word')) : maxPageSize
  reader.end()
  return { fields: names.map(fieldOf), ...conditions, limit: Math.min(limit, maxPageSize) }
}

type Conditions = Pick<ContactRequestSelect, 'preferredPhone' | 'createdFrom' | 'whatId'>

function readConditions(reader: Reader): Conditions {
  const none = { preferredPhone: undefined, createdFrom: undefined, whatId: undefined }
  if (!reader.skip('WHERE')) return none
  let conditions: Conditions = none
  do {
    conditions = { ...conditions, ...readCondition(reader) }
  } while (reader.skip('AND'))
  return conditions
}

function readCondition(reader: Reader): Partial<Conditions> {
  const field = fieldOf(reader.take('word'))
  if (field === 'CreatedDate') {
    reader.expect('>=')
    return { createdFrom: momentOf(reader.take('time')) }
  }
  const operator = field === 'PreferredPhone' && reader.skip('LIKE') ? 'like' : 'is'
  if (operator === 'is') reader.expect('=')
  const text = unescaped(reader.take('text'))
  return field === 'PreferredPhone' ? { preferredPhone: { operator, text } } : { whatId: text }
}

function fieldOf(name: string): ContactRequestField {
  const field = fieldNames.find((known) => known === name)
  if (field) return field
  throw new SoqlError('INVALID_FIELD', `No such column '${name}' on entity 'ContactRequest'.`)
}

function momentOf(text: string): number {
  const ms = epochMsOf(text)
  if (!Number.isNaN(ms)) return ms
  throw new SoqlError('MALFORMED_QUERY', `Bad value for CreatedDate: ${text}`)
}

const escapes = new Map([
  ...([
    ['n', '\n'],
    ['r', '\r'],
    ['t', '\t'],
    ['b', '\b'],
    ['f', '\f'],
  ] as const),
  ...["'", '"', '\\'].map((character) => [character, character] as const),
])

function unescaped(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, (_escape, character: string) => {
    const meant = escapes.get(character)
    if (meant !== undefined) return meant
    throw new SoqlError('MALFORMED_QUERY', 'Illegal character sequence in string literal')
  })
}
