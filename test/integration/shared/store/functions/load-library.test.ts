import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { inboxKey } from '../../../../../src/shared/redis/keys.ts'
import {
  libraryName,
  libraryRevision,
  librarySource,
} from '../../../../../src/shared/store/functions/library-source.ts'
import { loadLibrary } from '../../../../../src/shared/store/functions/load-library.ts'
import { startPrivateRedis } from '../../../../support/private-redis.ts'
import { setup } from '../../../../support/ringback.ts'

async function server(): Promise<Redis> {
  const { url } = await startPrivateRedis()
  const redis = new Redis(url, { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  return redis
}

const another = (revision: number) =>
  librarySource.replace(`-- revision ${libraryRevision}\n`, `-- revision ${revision}\n`)

it('loads the functions once', async () => {
  const redis = await server()
  expect(await loadLibrary(redis)).toBe('loaded')
  expect(await loadLibrary(redis)).toBe('unchanged')
})

it('replaces those of an older version, and leaves those of a newer one', async () => {
  const redis = await server()
  await redis.function('LOAD', another(libraryRevision - 1))
  expect(await loadLibrary(redis)).toBe('loaded')
  await redis.function('LOAD', 'REPLACE', another(libraryRevision + 1))
  expect(await loadLibrary(redis)).toBe('unchanged')
  const list = await redis.function('LIST', 'LIBRARYNAME', libraryName, 'WITHCODE')
  expect(JSON.stringify(list)).toContain(`-- revision ${libraryRevision + 1}`)
})

it('says so where it may not load them', async () => {
  const redis = await server()
  await redis.acl('SETUSER', 'default', '-function|load')
  await expect(loadLibrary(redis)).rejects.toThrow('NOPERM')
})

it('a worker loads them, and loads them again when they were taken away; if it may not it says so once', async () => {
  const { url } = await startPrivateRedis()
  const { store, recorder, startWorker } = await setup({ redisUrl: url })
  const { redis, ref } = store
  const status = () =>
    redis.call('FCALL', 'ringback_status', 1, inboxKey(ref), 'one').catch(() => 'not there')
  await redis.acl('SETUSER', 'default', '-function|list')
  startWorker({ maintenanceMs: 20 })
  await recorder.next('maintenance.failed', ({ part }) => part === 'functions')
  await redis.acl('SETUSER', 'default', '+function|list')
  await expect.poll(status).toEqual([])
  await redis.function('FLUSH')
  await expect.poll(status).toEqual([])
  expect(recorder.of('maintenance.failed')).toHaveLength(1)
})
