import { expect, it } from 'vitest'

import { transitions } from '../../../src/shared/contract/states.ts'
import { fencedBlocks, wireProtocolPage } from '../../support/wire-protocol-page.ts'

it('docs/wire-protocol.md draws every way from one state to another, and no other', () => {
  const [diagram = ''] = fencedBlocks(wireProtocolPage, 'mermaid')
  const drawn = [...diagram.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => [from, to])
  const there = Object.entries(transitions).flatMap(([from, to]) => to.map((each) => [from, each]))
  expect(drawn.toSorted()).toEqual(there.toSorted())
})
