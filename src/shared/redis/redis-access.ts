import type { Redis } from 'ioredis'

/** How a producer comes to its connections. */
export interface RedisAccess {
  /** For what is said of it. */
  url: string
  /** For questions. It is to be disconnected when nothing more is asked. */
  connect: () => Promise<Redis>
  /** One that nobody else has, as it is to be blocked. */
  connectAlone: () => Promise<Redis>
  /** Likewise, and waits for Redis however long that takes. */
  connectPatiently: () => Promise<Redis>
}
