import { expect, it } from 'vitest'

import { decodeStoredIntent } from '../../../../src/shared/ledger/stored-intent.ts'

it.each([
  ['{"callbackNumber":+18445791189}', 'The ledger holds an intent that is no JSON.'],
  [
    '{"callbackNumber":"+18445791189"}',
    'The ledger holds an intent that this version cannot read (callId).',
  ],
])('says what is wrong with a stored intent and quotes nothing of it: %s', (json, message) => {
  expect(() => decodeStoredIntent(json)).toThrow(expect.objectContaining({ message }))
  expect(message).not.toMatch(/\d/)
})
