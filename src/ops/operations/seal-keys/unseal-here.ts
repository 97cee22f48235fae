import type { StoreConfig } from '../../../shared/config/config.ts'
import { readSealKeysFile } from '../../../shared/config/features/sealing.ts'
import { partitionIn } from '../../../shared/contract/partition.ts'
import type { Unseal } from '../../../shared/sealing/unseal.ts'

/**
 * How numbers of a destination are unsealed by whoever has its private keys at hand. Undefined for everybody else: most who have
 * the settings of a worker may not read its keys.
 */
export async function unsealHere(
  { sealKeysFiles }: StoreConfig,
  destination: string,
): Promise<Unseal | undefined> {
  const path = sealKeysFiles?.[partitionIn(destination).destination]
  const reading = path === undefined ? undefined : readSealKeysFile(path)
  if (reading?.kind !== 'ok') return undefined
  const { keys } = reading
  // Few commands need it, and each would take longer to start.
  const { createUnseal } = await import('../../../shared/sealing/unseal.ts')
  return createUnseal(() => keys)
}
