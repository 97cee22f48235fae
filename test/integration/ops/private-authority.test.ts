/** A Redis whose certificate is of a company's own authority, which Node is told of in its own way. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

import { freshNamespace, redisUrl } from '../../support/redis.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

const certificate = fileURLToPath(
  new URL('../../support/tls/localhost-test-only.cert.pem', import.meta.url),
)
/** `npm test` builds it first. */
const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

it('is reached with NODE_EXTRA_CA_CERTS', async () => {
  const { authority } = await startTcpProxy(redisUrl(), { tls: true })
  const env = {
    PATH: process.env['PATH'],
    RINGBACK_REDIS_URL: `rediss://${authority}`,
    RINGBACK_NAMESPACE: freshNamespace(),
  }
  const stats = (more: Record<string, string>) =>
    promisify(execFile)(process.execPath, [main, 'stats', '--json'], { env: { ...env, ...more } })
  await expect(stats({})).rejects.toThrow('NODE_EXTRA_CA_CERTS')
  const { stdout } = await stats({ NODE_EXTRA_CA_CERTS: certificate })
  expect(JSON.parse(stdout)).toMatchObject({ destination: 'default', booked: 0 })
})
