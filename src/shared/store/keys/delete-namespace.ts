import { connectFailingFast } from '../../redis/connection.ts'
import { anyKeyPattern, destinationsKey, walkerKey } from '../../redis/keys.ts'
import { asList, asText } from '../../redis/reply.ts'

/** Deletes every key of a namespace: for demos and trials, which leave nothing behind. */
export async function deleteNamespace(url: string, namespace: string): Promise<void> {
  const redis = await connectFailingFast(url)
  try {
    /* eslint-disable ringback/side-effects-are-steps -- no callback survives it that could come to harm */
    for await (const page of redis.scanStream({ match: anyKeyPattern(namespace), count: 1_000 })) {
      const keys = asList(page).map(asText)
      if (keys.length > 0) await redis.unlink(keys)
    }
    await redis.unlink(destinationsKey(namespace), walkerKey(namespace))
    /* eslint-enable ringback/side-effects-are-steps */
  } finally {
    redis.disconnect()
  }
}
