import { getHeapSpaceStatistics } from 'node:v8'
import { expect, it } from 'vitest'

import { json, webServer } from './support/local-peer.ts'
import { callbackClient, exampleRecordId, exampleRequest } from './support/callback-client.ts'

/** Without what is new, which costs hardly anything to collect. */
function oldBytes(): number {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith('new_'))
  return old.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0)
}

it('a request leaves little among what is old, whichever signal may end it', async () => {
  const server = await webServer((response) => json(response, 201, { recordId: exampleRecordId }))
  const client = callbackClient({ baseUrl: server.baseUrl })
  const { signal } = new AbortController()
  const send = async (times: number) => {
    for (let n = 0; n < times; n += 1) await client.requestCallback(exampleRequest, { signal })
  }
  const sendAtOnce = () => Promise.all([send(200), send(200), send(200)])
  await sendAtOnce()
  const before = oldBytes()
  await sendAtOnce()
  // It is 4,000, with the server's part, and was 37,000. A collection of all, which makes it less, comes after more than that.
  expect((oldBytes() - before) / 600).toBeLessThan(12_000)
})
