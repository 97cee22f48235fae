import { expect, it } from 'vitest'

import { pemBlocks } from '../../../../src/shared/config/pem.ts'

const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4'
const lines = [body.slice(0, 64), body.slice(64)]
const pem = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')

it.each([
  ['line breaks', pem],
  ['CRLF', pem.replaceAll('\n', '\r\n')],
  ['no last line break', pem.trimEnd()],
  ['spaces', pem.replaceAll('\n', ' ')],
  ['tabs, between the words of its label too', pem.replaceAll(/[\n ]/g, '\t')],
  ['line breaks between the words of its label', pem.replaceAll(' ', '\n')],
  ['nothing', pem.replaceAll('\n', '')],
  ['backslashes and n', pem.replaceAll('\n', String.raw`\n`)],
  ['two backslashes and n', pem.replaceAll('\n', String.raw`\\n`)],
  ['backslashes, r and n', pem.replaceAll('\n', String.raw`\r\n`)],
  ['backslashes and t', pem.replaceAll('\n', String.raw`\t`)],
  ['backslashes at the ends of lines', pem.replaceAll('\n', '\\\n')],
  ['characters that nobody sees', pem.replaceAll('\n', '\u200b\n\ufeff')],
])('is written as it should be, whatever it came with: %s', (_, text) => {
  expect(pemBlocks(text)).toEqual([{ label: 'PRIVATE KEY', pem }])
})

it('is found as often as it is there, and as what it is', () => {
  const certificate = pem.replaceAll('PRIVATE KEY', 'CERTIFICATE')
  expect(pemBlocks(`Bag Attributes\n${pem}subject=x\n${certificate}`)).toEqual([
    { label: 'PRIVATE KEY', pem },
    { label: 'CERTIFICATE', pem: certificate },
  ])
  expect(pemBlocks(body)).toEqual([])
})
