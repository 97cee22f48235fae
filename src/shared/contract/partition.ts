import { crc32 } from 'node:zlib'

/** Which partition a callback belongs to: CRC-32 of its id, as zlib has it, modulo their number. Every language has that. */
export function partitionOf(id: string, partitions: number): number {
  return crc32(id) % partitions
}

/** A partition by its place: the first one is called as the destination itself is. */
export function partitionName(destination: string, partition: number): string {
  return partition === 0 ? destination : `${destination}/${partition}`
}

/** All of them, in their order. */
export function partitionNames(destination: string, partitions: number): string[] {
  return Array.from({ length: partitions }, (_, partition) => partitionName(destination, partition))
}

/** Of what there is so much of, whole, for one of so many; the first ones have what is left over. */
export function shareOf(total: number, shares: number, place: number): number {
  return Math.floor(total / shares) + (place < total % shares ? 1 : 0)
}

/** What a name stands for: `d/2` for a partition, and `d` for a destination or its first partition. */
export function partitionIn(name: string): { destination: string; partition: number } {
  const [destination = '', partition = '0'] = name.split('/')
  return { destination, partition: Number(partition) }
}

/** As one of several is asked for: the first one's own name means all of them. */
export function nameOfOne(partition: string): string {
  return partition.includes('/') ? partition : `${partition}/0`
}
