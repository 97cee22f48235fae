import { connectFailingFast } from '../../redis/connection.ts'
import { anyKeyPattern, destinationsKey, walkerKey } from '../../redis/keys.ts'
import { scanPage, walkEnd } from './scan-page.ts'

/** Deletes every key of a namespace: for demos and trials, which leave nothing behind. */
export async function deleteNamespace(url: string, namespace: string): Promise<void> {
  const redis = await connectFailingFast(url)
  const match = anyKeyPattern(namespace)
  try {
    let cursor = walkEnd
    /* eslint-disable ringback/side-effects-are-steps -- no callback survives it that could come to harm */
    do {
      const page = await scanPage(redis, { cursor, match, count: 1_000 })
      cursor = page.next
      // One by one: in a cluster they are on several nodes.
      await Promise.all(page.keys.map((key) => redis.unlink(key)))
    } while (cursor !== walkEnd)
    await redis.unlink(destinationsKey(namespace))
    await redis.unlink(walkerKey(namespace))
    /* eslint-enable ringback/side-effects-are-steps */
  } finally {
    redis.disconnect()
  }
}
