/** The grammars of docs/wire-protocol.md are grammars, and say what a worker takes. */
import { describe, expect, it } from 'vitest'

import { parseIntent } from '../../../src/shared/contract/intent.ts'
import { parseCancel } from '../../../src/shared/contract/cancel-wish.ts'
import { isDerivedId } from '../../../src/shared/contract/ids.ts'
import { readAbnf } from '../../support/abnf.ts'
import {
  derivedIdVectors,
  intentVectors,
  sealedVectors,
  wishVectors,
} from '../../support/vectors.ts'
import { fencedBlocks, wireProtocolPage } from '../../support/wire-protocol-page.ts'

const matches = readAbnf(...fencedBlocks(wireProtocolPage, 'abnf'))

/** The rule of each field that is a text. */
const rules: Readonly<Record<string, string>> = {
  id: 'id',
  callId: 'call-id',
  callbackNumber: 'callback-number',
  scheduledRoutingDateTime: 'time-with-offset',
  expiresAt: 'time-with-offset',
  requestedAt: 'time-with-offset',
  delay: 'duration',
  timeZone: 'zone',
  by: 'by',
  reason: 'reason',
}

interface Text {
  name: string
  rule: string
  text: string
}

function textsOf(name: string, value: unknown): Text[] {
  if (typeof value !== 'object' || value === null) return []
  const { attributes = {}, notBefore, ...fields } = value as Record<string, unknown>
  const attributeTexts = Object.entries(attributes as object).flatMap(([key, text]) => [
    { name, rule: 'attribute-name', text: key },
    { name, rule: 'attribute-value', text: String(text) },
  ])
  const hold = 'timeZone' in fields ? 'local-time' : 'time-with-offset'
  return [
    ...attributeTexts,
    ...(typeof notBefore === 'string' ? [{ name, rule: hold, text: notBefore }] : []),
    ...Object.entries(fields).flatMap(([field, text]) => {
      const rule = rules[field]
      return rule === undefined || typeof text !== 'string' ? [] : [{ name, rule, text }]
    }),
  ]
}

const accepted = [
  ...intentVectors
    .filter((vector) => vector.accepted)
    .flatMap(({ name, intent }) => textsOf(name, intent)),
  ...wishVectors
    .filter((vector) => vector.accepted)
    .flatMap(({ name, wish }) => textsOf(name, wish)),
]

it.each(accepted)('takes what is valid: $rule of "$name"', ({ rule, text }) => {
  expect(matches(rule, text)).toBe(true)
})

it('is tried with every rule of a field', () => {
  const tried = new Set(accepted.map(({ rule }) => rule))
  expect(Object.values(rules).filter((rule) => !tried.has(rule))).toEqual([])
})

it.each(sealedVectors)('takes a sealed number: $name', ({ sealed }) => {
  expect(matches('sealed-number', sealed)).toBe(true)
})

it.each(derivedIdVectors)('takes a derived id: $name', ({ id }) => {
  expect(matches('derived-id', id)).toBe(true)
})

describe('what the grammar takes, a worker takes too, and nothing beyond it', () => {
  const plain = { id: 'v-1', callId: 'c', callbackNumber: '+18445791189' }
  const long = (length: number) => 'x'.repeat(length)
  const cases: readonly { field: string; texts: readonly string[] }[] = [
    { field: 'id', texts: ['a', long(128), long(129), '', 'a b', 'a:b', 'é', 'A.b_c-9'] },
    {
      field: 'callId',
      texts: ['c', long(255), '', ' c', 'c ', 'c d', 'é', 'a\u00a0b', 'a\nb', '0LQRM0000006CSz'],
    },
    {
      field: 'callbackNumber',
      texts: [
        '+1234567',
        '+123456',
        '+123456789012345',
        '+1234567890123456',
        '+0123456789',
        '18445791189',
        '+1 844',
        '',
      ],
    },
    {
      field: 'delay',
      texts: [
        '5',
        '5m',
        '1.5h',
        '5M',
        'PT5M',
        'P1DT2H',
        'P1W',
        'P1M',
        'pt5m',
        '5m30s',
        '-5m',
        '500ms',
        '',
      ],
    },
    {
      field: 'expiresAt',
      texts: [
        ...['2026-02-26T15:40:52Z', '2026-02-26T15Z', '20260226T154052,5-0530', '2026-02-26t15z'],
        ...[
          '2026-02-26',
          '2026-02-26 15:40:52Z',
          '2026-02-26T15:40:52',
          '2026-W09-4T15:00Z',
          '2026-02-26T1540Z',
        ],
      ],
    },
  ]

  it.each(cases.flatMap(({ field, texts }) => texts.map((text) => ({ field, text }))))(
    '$field $text',
    ({ field, text }) => {
      const parsed = parseIntent({ ...plain, [field]: text })
      const problems = parsed.kind === 'ok' ? [] : parsed.problems
      const isTaken = !problems.some((problem) => problem.field === field)
      expect(matches(rules[field] ?? '', text)).toBe(isTaken)
    },
  )

  it.each(['crm', long(64), long(65), 'a b', ''])('by %s', (by) => {
    expect(matches('by', by)).toBe(parseCancel({ id: 'v-1', by }).kind === 'ok')
  })

  it('says which ids are derived', () => {
    const derived = derivedIdVectors.map(({ id }) => id)
    expect(derived.every(isDerivedId)).toBe(true)
    expect(
      ['auto-', 'auto-x', 'AUTO-W7aYv4Jixf1XDMl_p1bqvO'].some((id) => matches('derived-id', id)),
    ).toBe(false)
  })
})

it('names keys as the page does, in their case', () => {
  const keys = [...wireProtocolPage.matchAll(/'(\{ringback:[a-z0-9-]+\}:[^'<…]+)'/g)].map(
    ([, key = '']) => key,
  )
  expect(keys.length).toBeGreaterThan(10)
  expect(keys.filter((key) => !matches('key', key))).toEqual([])
  expect(matches('key', '{ringback:default}:Inbox')).toBe(false)
})
