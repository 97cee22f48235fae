/** What a producer is told where TLS and the address do not go together. */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, RingbackError } from '../../../src/producer/index.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { redisUrl } from '../../support/redis.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

async function messageFrom(url: string): Promise<string> {
  const producer = createProducer({ redisUrl: url })
  onTestFinished(() => producer.close())
  const thrown: unknown = await producer
    .enqueue(sampleCallback('one'))
    .catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(RingbackError)
  expect(thrown).toMatchObject({ code: 'redis-unavailable' })
  return thrown instanceof Error ? thrown.message : ''
}

it('asks whether it is a TLS port, where rediss:// leads to a plain one', async () => {
  const url = redisUrl().replace('redis:', 'rediss:')
  expect(await messageFrom(url)).toMatch(
    /did not answer: .*\. Check that it runs and that this is its TLS port: a plain one needs redis:\/\/, not rediss:\/\//,
  )
})

it('asks whether it is a TLS port, where redis:// leads to one', async () => {
  const { authority } = await startTcpProxy(redisUrl(), { tls: true })
  const message = await messageFrom(`redis://${authority}`)
  expect(message).toContain('that needs rediss://, not redis://')
  expect(message).not.toContain('did not answer')
})

it('names NODE_EXTRA_CA_CERTS, where the certificate is of an authority that Node does not know', async () => {
  const { authority } = await startTcpProxy(redisUrl(), { tls: true })
  const message = await messageFrom(`rediss://${authority}`)
  expect(message).toMatch(
    /has a certificate from an authority that Node does not know: .*self.signed/,
  )
  expect(message).toContain(
    'Name the file with that authority’s certificate in RINGBACK_REDIS_CA_FILE, or in NODE_EXTRA_CA_CERTS',
  )
  expect(message).not.toContain('did not answer')
})
