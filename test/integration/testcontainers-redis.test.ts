/**
 * The durability that Ringback asks of a Redis, on the container image that people run. This is the one suite that may
 * be left out: where no Docker engine answers, its title says so at the end of the run. Where there must be one, set
 * RINGBACK_TEST_DOCKER=required: then it fails.
 */
import { Redis } from 'ioredis'
import { GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import type { StartedTestContainer } from 'testcontainers'
import { describe, expect, it, onTestFinished } from 'vitest'

const image = 'redis:8-alpine'
const command =
  'redis-server --bind 0.0.0.0 --protected-mode no --appendonly yes --appendfsync everysec'

// The suite removes its one container itself; the reaper would be a second image to pull.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'

const noEngine = await getContainerRuntimeClient().then(
  () => undefined,
  (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
)
const where = noEngine ? `SKIPPED, no Docker engine: ${noEngine}` : image
const mayBeLeftOut = process.env['RINGBACK_TEST_DOCKER'] !== 'required'

describe.skipIf(noEngine !== undefined && mayBeLeftOut)(`Redis in a container (${where})`, () => {
  it('keeps a stream, its group and what was read but not confirmed through a restart', async () => {
    const container = await new GenericContainer(image)
      .withExposedPorts(6379)
      .withCommand(command.split(' '))
      .start()
    onTestFinished(async () => {
      await container.stop()
    })
    const before = connect(container)
    await before.xgroup('CREATE', 'inbox', 'bridge', '0', 'MKSTREAM')
    const first = await before.xadd('inbox', '*', 'intent', 'first')
    const second = await before.xadd('inbox', '*', 'intent', 'second')
    expect(await read(before, '>')).toEqual([[first, ['intent', 'first']]])

    await container.restart({ timeout: 10_000 })

    const after = connect(container)
    expect(await read(after, '0')).toEqual([[first, ['intent', 'first']]])
    expect(await read(after, '>')).toEqual([[second, ['intent', 'second']]])
  }, 180_000)
})

function connect(container: StartedTestContainer): Redis {
  const redis = new Redis({
    host: container.getHost(),
    port: container.getMappedPort(6379),
    protocol: 2,
    maxRetriesPerRequest: null,
  })
  // The restart cuts the first connection; ioredis reports that here and connects again.
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}

/** One entry of the inbox: of what this consumer holds ('0'), or of what nobody has read yet ('>'). */
async function read(redis: Redis, from: '0' | '>'): Promise<unknown> {
  const answer = await redis.xreadgroup(
    'GROUP',
    'bridge',
    'w1',
    'COUNT',
    1,
    'STREAMS',
    'inbox',
    from,
  )
  const streams: unknown[] = answer ?? []
  return Array.isArray(streams[0]) ? (streams[0][1] as unknown) : undefined
}
