import { expect, it } from 'vitest'

import * as keys from '../../../../src/shared/redis/destination-keys.ts'
import { queuePrefix } from '../../../../src/shared/redis/keys.ts'

const ref = { namespace: 'ringback', destination: 'acme' }

it.each(Object.entries(keys))('%s lies in the slot of its destination', (_, keyOf) => {
  const entry = { from: 1, entryId: '1700000000000-0' }
  const key = keyOf(ref, { id: 'call-42', runId: 'run-1', recordId: undefined, ...entry })
  expect(key.startsWith(`${queuePrefix(ref)}:`)).toBe(true)
})
