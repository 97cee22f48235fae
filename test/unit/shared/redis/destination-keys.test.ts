import { expect, it } from 'vitest'

import * as keys from '../../../../src/shared/redis/destination-keys.ts'
import { queuePrefix } from '../../../../src/shared/redis/keys.ts'

const ref = { namespace: 'ringback', destination: 'acme' }

it.each(Object.entries(keys))('%s lies in the slot of its destination', (_, keyOf) => {
  const key = keyOf(ref, { id: 'call-42', runId: 'run-1', recordId: undefined })
  expect(key.startsWith(`${queuePrefix(ref)}:`)).toBe(true)
})
