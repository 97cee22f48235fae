import type { StoreConfig } from '../../shared/config/config.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { deadLettersPattern } from '../../shared/redis/keys.ts'
import { scanDestinations } from '../../shared/redis/scan-destinations.ts'

/** Destinations with dead letters that no command would show unasked. */
export async function strayDeadLetters(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
): Promise<string[]> {
  const found = await scanDestinations(redis, deadLettersPattern(namespace))
  return found.filter((destination) => !destinations.includes(destination))
}
