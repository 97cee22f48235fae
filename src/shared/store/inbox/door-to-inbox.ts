import { door, inbox } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { maxReplyBytes } from './limits.ts'

interface Portion {
  mostEntries: number
  room: number
}

export interface Moved {
  moved: number
  left: number
}

const script = defineScript<Portion, Moved>({
  name: 'door-to-inbox',
  beside: import.meta.url,
  keys: { door, inbox },
  args: ['mostEntries', 'room'],
  decode: (reply) => {
    const [moved, left] = asList(reply).map(Number)
    return { moved: moved ?? 0, left: left ?? 0 }
  },
})

/** As many as a bridge reads at once; Redis has others to serve. */
const portion = { mostEntries: 200, room: maxReplyBytes }

/**
 * Some of what producers have put at the door, who may do nothing else, becomes entries of the inbox: all at once, so that who
 * dies meanwhile loses none and leaves none in both.
 */
export function moveFromDoor(store: DestinationStore): Promise<Moved> {
  return script(store, portion)
}

/** All that lies there. */
export async function emptyDoor(store: DestinationStore): Promise<void> {
  for (;;) {
    const { moved, left } = await moveFromDoor(store)
    if (moved === 0 || left === 0) return
  }
}
