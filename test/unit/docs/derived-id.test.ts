import { execFileSync } from 'node:child_process'

import { expect, it } from 'vitest'

import { parseIntent } from '../../../src/shared/contract/intent.ts'
import { isThere } from '../../support/debian-program.ts'
import { fencedBlocks, wireProtocolPage } from '../../support/wire-protocol-page.ts'

const [, table = ''] = wireProtocolPage.split('<!-- derived ids -->')
const vectors = [...table.matchAll(/^\| `(auto-[^`]+)` +\| `(\[.*\])` +\|$/gm)].map(
  ([, id = '', json = '']) => ({ id, json }),
)

it('the page has a vector with a time, and one with every character that is written in two ways', () => {
  expect(vectors).toHaveLength(3)
  expect(vectors.some(({ json }) => json.includes('52Z'))).toBe(true)
  expect(vectors.some(({ json }) => /\\".*\\\\/.test(json) && /[/é]/.test(json))).toBe(true)
})

it.each(vectors)('an intent without an id gets the one of the page: $json', ({ id, json }) => {
  const [callId, callbackNumber, scheduled] = JSON.parse(json) as [string, string, string | null]
  const time = scheduled === null ? {} : { scheduledRoutingDateTime: scheduled }
  expect(parseIntent({ callId, callbackNumber, ...time })).toMatchObject({ intent: { id } })
})

it('is the same for what means the same: the shorter id of a call, and another spelling of the time', () => {
  const [, timed] = vectors
  const [callId, callbackNumber] = JSON.parse(timed?.json ?? '') as [string, string]
  const scheduledRoutingDateTime = '2026-02-26T16:40:52.999+01:00'
  const given = { callId: callId.slice(0, 15), callbackNumber, scheduledRoutingDateTime }
  expect(parseIntent(given)).toMatchObject({ intent: { id: timed?.id } })
})

const hasPython = isThere('python3')
const leftOut = hasPython ? '' : ' (SKIPPED, not installed: python3)'

it.skipIf(!hasPython)(
  `is what the program in Python computes that the page shows${leftOut}`,
  () => {
    const [program = ''] = fencedBlocks(wireProtocolPage, 'python')
    const calls = vectors.map(
      ({ json }) => `print(derived_id(*json.loads(${JSON.stringify(json)})))`,
    )
    const printed = execFileSync('python3', ['-c', [program, ...calls].join('\n')], {
      encoding: 'utf8',
    })
    expect(printed.trim().split('\n')).toEqual(vectors.map(({ id }) => id))
  },
)
