import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseSoql } from '../../../src/sandbox/soql.ts'
import { contactRequestSoql, queryUrl, soqlString } from '../../../src/salesforce/soql.ts'

const address = { instanceUrl: 'https://acme.my.salesforce.com', apiVersion: 'v66.0' }
const query = {
  callbackNumber: '+18445791189',
  callId: '0LQRM0000006CSz',
  sinceMs: Date.UTC(2026, 1, 26, 15, 40, 52, 999),
}
const plain = { byCallId: false, limit: 5 }

describe('contactRequestSoql', () => {
  it('asks for the last digits, however they are grouped, and the time in whole seconds', () => {
    expect(contactRequestSoql(query, plain)).toBe(
      "SELECT Id, PreferredPhone, CreatedDate FROM ContactRequest WHERE PreferredPhone LIKE '%5%7%9%1%1%8%9%'" +
        ' AND CreatedDate >= 2026-02-26T15:40:52Z ORDER BY CreatedDate ASC LIMIT 5',
    )
  })

  it("asks for the VoiceCall too when it is told to, by its id's form of 18 characters", () => {
    const soql = contactRequestSoql(query, { ...plain, byCallId: true })
    expect(soql).toContain(" AND WhatId = '0LQRM0000006CSz4AM' ORDER BY ")
  })

  it.each([
    ...['89328b83-ff42-4c85-a2af-e948124365de', '0LQRM0000006CSz4AN', "' OR Id != '"],
    ...['003RM0000006CSz', '0TzLT00000000w5'],
  ])('does not ask for %j, which is not an id of a VoiceCall', (callId) => {
    const soql = contactRequestSoql({ ...query, callId }, { ...plain, byCallId: true })
    expect(soql).toBe(contactRequestSoql(query, plain))
  })
})

describe('queryUrl', () => {
  it('encodes a +, which would be a space', () => {
    const url = queryUrl(
      address,
      "SELECT Id FROM ContactRequest WHERE PreferredPhone = '+18445791189'",
    )
    expect(url.origin + url.pathname).toBe(
      'https://acme.my.salesforce.com/services/data/v66.0/query',
    )
    expect(url.search).toContain('%2B18445791189')
    expect(url.search).not.toContain('+')
  })
})

describe('soqlString', () => {
  it.each([
    ["it's", String.raw`'it\'s'`],
    ['\\', String.raw`'\\'`],
    ["\\' OR Id != '", String.raw`'\\\' OR Id != \''`],
    ['', "''"],
  ])('writes %j as %s', (text, literal) => {
    expect(soqlString(text)).toBe(literal)
  })

  it('and the URL come back as what they were, whatever they hold: nothing gets out of the quotes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...Array.from(`'"\\+%&#= nu\n\t€`)) }),
    )
    const select = 'SELECT Id FROM ContactRequest WHERE PreferredPhone = '
    fc.assert(
      fc.property(text, (given) => {
        const url = queryUrl(address, select + soqlString(given))
        const parsed = parseSoql(url.searchParams.get('q') ?? '')
        expect(parsed).toEqual({
          kind: 'select',
          select: {
            fields: ['Id'],
            preferredPhone: { operator: 'is', text: given },
            createdFrom: undefined,
            whatId: undefined,
            limit: 2_000,
          },
        })
        expect(new URL(url.href).searchParams.get('q')).toBe(url.searchParams.get('q'))
      }),
      { numRuns: 1_000, seed: 20_260_226 },
    )
  })
})
