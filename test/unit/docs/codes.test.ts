import { expect, it } from 'vitest'

import { attemptCodes, deathCodes } from '../../../src/shared/contract/codes.ts'
import { wireProtocolPage } from '../../support/wire-protocol-page.ts'

it.each([...attemptCodes, ...deathCodes])('docs/wire-protocol.md names the code %s', (code) => {
  expect(wireProtocolPage).toContain(`\`${code}\``)
})
