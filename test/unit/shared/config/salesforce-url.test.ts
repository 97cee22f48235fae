import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  coreUrlBeside,
  parseCoreUrl,
  parseSalesforceUrl,
  parseTokenUrl,
} from '../../../../src/shared/config/salesforce-url.ts'

const good = [
  ['https://acme.my.salesforce-scrt.com', 'https://acme.my.salesforce-scrt.com'],
  ['https://acme.my.salesforce-scrt.com/', 'https://acme.my.salesforce-scrt.com'],
  ['https://acme.my.salesforce-scrt.com/telephony/v1', 'https://acme.my.salesforce-scrt.com'],
  ['https://acme.my.salesforce-scrt.com/telephony/v1/', 'https://acme.my.salesforce-scrt.com'],
  ['HTTPS://ACME.My.Salesforce-SCRT.com', 'https://acme.my.salesforce-scrt.com'],
  ['https://acme.my.salesforce-scrt.com:443', 'https://acme.my.salesforce-scrt.com'],
  [
    'https://acme--qa.sandbox.my.salesforce-scrt.com',
    'https://acme--qa.sandbox.my.salesforce-scrt.com',
  ],
  ['https://xn--bcher-kva.salesforce-scrt.com', 'https://xn--bcher-kva.salesforce-scrt.com'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['https://127.0.0.1:8443/telephony/v1', 'https://127.0.0.1:8443'],
  ['http://127.8.9.10', 'http://127.8.9.10'],
  ['http://2130706433/', 'http://127.0.0.1'],
  ['http://0x7f.1:80', 'http://127.0.0.1'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://[::1]:3000/', 'http://[::1]:3000'],
  ['http://[0:0:0:0:0:0:0:1]:3000/', 'http://[::1]:3000'],
] as const

const bad = [
  ['acme.my.salesforce-scrt.com', 'does not start with https://'],
  ['ftp://acme.my.salesforce-scrt.com', 'does not start with https://'],
  ['https:acme.my.salesforce-scrt.com', 'does not start with https://'],
  ['http://acme.my.salesforce-scrt.com', 'is not https'],
  ['https://acme.my.salesforce-scrt.com:8443', 'has a port'],
  ['https://user@acme.my.salesforce-scrt.com', 'has a user name or password'],
  ['https://user:secret@127.0.0.1', 'has a user name or password'],
  ['https://@acme.my.salesforce-scrt.com', 'has a user name or password'],
  ['https://acme.my.salesforce-scrt.com@evil.com', 'has a user name or password'],
  ['https://acme.my.salesforce-scrt.com?', 'has a query or a fragment'],
  ['https://acme.my.salesforce-scrt.com?a=b', 'has a query or a fragment'],
  ['https://acme.my.salesforce-scrt.com/#', 'has a query or a fragment'],
  ['https://evil.com#.salesforce-scrt.com', 'has a query or a fragment'],
  ['https://acme.my.salesforce-scrt.com/telephony/v2', 'has a path other than /telephony/v1'],
  ['https://acme.my.salesforce-scrt.com/telephony/v1//', 'has a path other than /telephony/v1'],
  ['https://acme.my.salesforce-scrt.com/Telephony/v1', 'has a path other than /telephony/v1'],
  ['https://acme.my.salesforce-scrt.com/telephony%2fv1', 'has a path other than /telephony/v1'],
  ['https://evil.com\\.salesforce-scrt.com', 'has a character'],
  ['https://acme.my.salesforce-scrt.com\t', 'has a character'],
  ['https://acmé.my.salesforce-scrt.com', 'has a character'],
  ['https://salesforce-scrt.com', 'is neither on a host'],
  ['https://salesforce-scrt.com.evil.com', 'is neither on a host'],
  ['https://acme.my.salesforce-scrt.com.', 'is neither on a host'],
  ['https://evilsalesforce-scrt.com', 'is neither on a host'],
  ['https://evil.com%23.salesforce-scrt.com', 'is not a URL'],
  ['https://-.salesforce-scrt.com', 'is neither on a host'],
  ['https://a_b.salesforce-scrt.com', 'is neither on a host'],
  ['http://127.0.0.1.evil.com', 'is neither on a host'],
  ['http://localhost.evil.com', 'is neither on a host'],
  ['http://128.0.0.1', 'is neither on a host'],
  ['http://0.0.0.0', 'is neither on a host'],
  ['http://[::ffff:127.0.0.1]', 'is neither on a host'],
  ['http://[::2]', 'is neither on a host'],
  ['https://', 'is not a URL'],
  ['https://acme.my.salesforce-scrt.com:99999', 'is not a URL'],
] as const

describe('parseSalesforceUrl', () => {
  it.each(good)('takes %s for the API at %s', (text, origin) => {
    expect(parseSalesforceUrl(text)).toEqual({ kind: 'ok', baseUrl: `${origin}/telephony/v1` })
  })

  it.each(bad)('refuses %s: it %s', (text, reason) => {
    expect(parseSalesforceUrl(text)).toEqual({
      kind: 'problem',
      message: expect.stringContaining(reason) as string,
    })
  })

  it('names the telephony host to somebody who gives the address of the org', () => {
    expect(parseSalesforceUrl('https://acme--qa.sandbox.my.salesforce.com')).toEqual({
      kind: 'problem',
      message: expect.stringContaining('acme--qa.sandbox.my.salesforce-scrt.com') as string,
    })
  })

  it('never accepts a URL that would carry a token to another host or in the clear', () => {
    const pieces = fc.constantFrom(
      ...['https://', 'http://', 'acme', '.', 'salesforce-scrt.com', 'evil.com', '127.0.0.1'],
      ...['localhost', '[::1]', '@', ':', '8080', '/', '\\', '?', '#', '%2e', '%00', '\t', 'ſ'],
      ...['/telephony/v1', '..', '-', '2130706433', '::ffff:', '。'],
    )
    const texts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
    const hosts = fc
      .array(pieces, { maxLength: 4 })
      .map((parts) => `https://${parts.join('')}.salesforce-scrt.com`)
    let accepted = 0
    fc.assert(
      fc.property(fc.oneof(texts, hosts, fc.webUrl()), (text) => {
        const parsed = parseSalesforceUrl(text)
        if (parsed.kind === 'problem') return
        accepted += 1
        const url = new URL(parsed.baseUrl)
        const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname)
        const salesforce = url.hostname.endsWith('.salesforce-scrt.com') && url.port === ''
        expect(loopback || (salesforce && url.protocol === 'https:')).toBe(true)
        // What a client that takes the text as it stands would connect to.
        expect(url.host).toBe(new URL(text).host)
        expect(url.pathname).toBe('/telephony/v1')
        expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
        expect(parseSalesforceUrl(parsed.baseUrl)).toEqual(parsed)
      }),
      { numRuns: 5000, seed: 20_260_226 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})

describe('parseCoreUrl', () => {
  it.each([
    ['https://acme.my.salesforce.com', 'https://acme.my.salesforce.com'],
    ['HTTPS://Acme.My.Salesforce.com:443/', 'https://acme.my.salesforce.com'],
    ['https://acme--qa.sandbox.my.salesforce.com', 'https://acme--qa.sandbox.my.salesforce.com'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('takes %s for the core API at %s', (text, baseUrl) => {
    expect(parseCoreUrl(text)).toEqual({ kind: 'ok', baseUrl })
  })

  it.each([
    ['http://acme.my.salesforce.com', 'is not https'],
    ['https://acme.my.salesforce.com:8443', 'has a port'],
    ['https://acme.my.salesforce.com/services', 'has a path other than /'],
    ['https://user@acme.my.salesforce.com', 'has a user name or password'],
    ['https://acme.my.salesforce.com?q=1', 'has a query or a fragment'],
    ['https://login.salesforce.com', 'is neither on a host under my.salesforce.com nor'],
    ['https://acme.lightning.force.com', 'is neither on a host under my.salesforce.com nor'],
    ['https://my.salesforce.com', 'is neither on a host under my.salesforce.com nor'],
    ['https://acme.my.salesforce.com.evil.com', 'is neither on a host'],
    ['https://evilmy.salesforce.com', 'is neither on a host'],
    ['https://a_b.my.salesforce.com', 'is neither on a host'],
    ['http://128.0.0.1', 'is neither on a host'],
    [
      'https://acme--qa.sandbox.my.salesforce-scrt.com',
      'the host of the org should be acme--qa.sandbox.my.salesforce.com',
    ],
  ])('refuses %s: it %s', (text, reason) => {
    expect(parseCoreUrl(text)).toEqual({
      kind: 'problem',
      message: expect.stringContaining(reason) as string,
    })
  })
})

describe('parseTokenUrl', () => {
  it.each([
    ['https://login.salesforce.com', 'https://login.salesforce.com'],
    ['https://test.salesforce.com/services/oauth2/token', 'https://test.salesforce.com'],
    ['https://acme.my.salesforce.com/', 'https://acme.my.salesforce.com'],
    ['http://localhost:8080/services/oauth2/token', 'http://localhost:8080'],
  ])('takes %s for the token endpoint on %s', (text, origin) => {
    expect(parseTokenUrl(text)).toEqual({
      kind: 'ok',
      baseUrl: `${origin}/services/oauth2/token`,
    })
  })

  it.each([
    ['http://login.salesforce.com', 'is not https'],
    ['https://login.salesforce.com.evil.com', 'is neither on a host'],
    ['https://evil.salesforce.com', 'is neither on a host'],
    ['https://xlogin.salesforce.com', 'is neither on a host'],
    ['https://login.salesforce.com/services/oauth2/authorize', 'has a path other than'],
    ['https://acme.my.salesforce-scrt.com', 'is the address of telephony'],
  ])('refuses %s: it %s', (text, reason) => {
    expect(parseTokenUrl(text)).toEqual({
      kind: 'problem',
      message: expect.stringContaining(reason) as string,
    })
  })
})

describe('coreUrlBeside', () => {
  it.each([
    ['https://acme.my.salesforce-scrt.com/telephony/v1', 'https://acme.my.salesforce.com'],
    [
      'https://acme--qa.sandbox.my.salesforce-scrt.com/telephony/v1',
      'https://acme--qa.sandbox.my.salesforce.com',
    ],
    ['http://127.0.0.1:8080/telephony/v1', 'http://127.0.0.1:8080'],
    ['https://acme.salesforce-scrt.com/telephony/v1', undefined],
  ])('finds beside %s the core host %s', (telephonyUrl, coreUrl) => {
    expect(coreUrlBeside(telephonyUrl)).toBe(coreUrl)
    if (coreUrl !== undefined) expect(parseCoreUrl(coreUrl)).toMatchObject({ kind: 'ok' })
  })
})
