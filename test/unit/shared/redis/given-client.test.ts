import { Redis } from 'ioredis'
import { expect, it } from 'vitest'

import { topologyOfClient } from '../../../../src/shared/redis/given-client.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'

const tls = { ca: 'an authority' }
const sentinels = {
  sentinels: [{ host: '127.0.0.1', port: 1 }],
  name: 'ring',
  sentinelTLS: tls,
  lazyConnect: true,
}

async function serverOf(client: Redis) {
  return (await topologyOfClient(client, systemClock)).server
}

it('speaks TLS with the servers where a program’s client does, and with no others', async () => {
  expect(await serverOf(new Redis({ tls, lazyConnect: true }))).toMatchObject({ tls })
  const spoken = new Redis({ ...sentinels, tls, enableTLSForSentinelMode: true })
  expect(await serverOf(spoken)).toMatchObject({ tls })
  expect(await serverOf(new Redis({ ...sentinels, tls }))).not.toHaveProperty('tls')
  expect(await serverOf(new Redis({ lazyConnect: true }))).not.toHaveProperty('tls')
})
