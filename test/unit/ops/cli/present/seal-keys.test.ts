import { expect, it } from 'vitest'

import { presentChangedKeys } from '../../../../../src/ops/cli/present/seal-keys.ts'
import type { ShownKey } from '../../../../../src/ops/operations/seal-keys/change-keys.ts'
import { linesOf } from './captured.ts'

function noteOn(state: ShownKey['state']): string {
  const publishFrom = '2026-02-26T15:40:52.000Z'
  const key: ShownKey = { kid: 'ec-one', alg: 'ECDH-ES+A256KW', state, publishFrom }
  const changed = { outcome: 'rotated' as const, kids: [key.kid], file: 'keys.json', keys: [key] }
  return linesOf((screen) => presentChangedKeys(changed, screen)).join(' ')
}

it('says until when the file has to be on every host, or that it is time', () => {
  expect(noteOn('waiting')).toContain('published from 2026-02-26T15:40:52.000Z on: until then')
  expect(noteOn('published')).toContain('onto every worker’s host at once')
  expect(noteOn('published')).not.toContain('until then')
})
