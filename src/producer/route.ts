import { isIntentId } from '../shared/contract/ids.ts'
import { partitionName, partitionNames, partitionOf } from '../shared/contract/partition.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import type { IntakePause } from '../shared/store/control/intake-pause.ts'
import { watchIntake, type IntakeWatch } from '../shared/store/control/watch-intake.ts'
import type { Clock } from '../shared/time/clock.ts'

/** Where the callbacks of a destination are, which may have partitions. How many is asked once a second, with the intake's pause. */
export interface Route {
  /** Where the callback of this id belongs. */
  home(redis: Redis, id: string): Promise<DestinationStore>
  /** Where it may be. Dead letters of what had no usable id lie in whichever partition it was sent to. */
  places(redis: Redis, id: string): Promise<DestinationStore[]>
  all(redis: Redis): Promise<DestinationStore[]>
  pauseOf(store: DestinationStore): Promise<IntakePause | undefined>
}

export function createRoute(ref: DestinationRef, clock: Clock): Route {
  const watches = new Map<string, IntakeWatch>()

  function look(store: DestinationStore) {
    const { destination } = store.ref
    const watch = watches.get(destination) ?? watchIntake(clock)
    watches.set(destination, watch)
    return watch.look(store)
  }

  async function partitionsBy(redis: Redis): Promise<number> {
    return (await look(openStore(redis, ref))).partitions
  }

  async function all(redis: Redis): Promise<DestinationStore[]> {
    const names = partitionNames(ref.destination, await partitionsBy(redis))
    return names.map((destination) => openStore(redis, { ...ref, destination }))
  }

  async function home(redis: Redis, id: string): Promise<DestinationStore> {
    const partition = partitionOf(id, await partitionsBy(redis))
    return openStore(redis, { ...ref, destination: partitionName(ref.destination, partition) })
  }

  return {
    home,
    places: async (redis, id) => (isIntentId(id) ? [await home(redis, id)] : await all(redis)),
    all,
    pauseOf: async (store) => (await look(store)).pause,
  }
}
