import { expect, it } from 'vitest'

import { isFromOwnPage } from '../../../../../src/ops/console/access/same-page.ts'

const host = 'console.example:8080'

it.each([
  ['same-origin', undefined],
  ['same-origin', 'null'],
  [undefined, 'http://console.example:8080'],
  [undefined, 'https://Console.Example:8080'],
])('takes what a page of ours sends (%s, %s)', (fetchSite, origin) => {
  expect(isFromOwnPage({ fetchSite, origin, host })).toBe(true)
})

it.each([
  ['cross-site', 'http://console.example:8080'],
  ['same-site', 'http://console.example:8080'],
  ['none', undefined],
  ['', 'http://console.example:8080'],
  [undefined, undefined],
  [undefined, 'null'],
  [undefined, 'http://console.example'],
  [undefined, 'http://console.example:8080.evil.example'],
  [undefined, 'http://evil.example/console.example:8080'],
  [undefined, 'file://console.example:8080'],
])('takes nothing from elsewhere (%s, %s)', (fetchSite, origin) => {
  expect(isFromOwnPage({ fetchSite, origin, host })).toBe(false)
})

it('takes nothing where the browser does not say whom it talks to', () => {
  const origin = 'http://console.example:8080'
  expect(isFromOwnPage({ fetchSite: undefined, origin, host: undefined })).toBe(false)
})
