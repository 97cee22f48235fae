import type { Redis } from 'ioredis'

/** The same connection, but for the `nth` call of one command, which is lost with it: what a restart of Redis looks like. */
export function failingOnce(
  redis: Redis,
  command: 'evalsha' | 'scan' | 'zscan',
  nth: number,
): Redis {
  let calls = 0
  return new Proxy(redis, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        if (property === command && (calls += 1) === nth) {
          return Promise.reject(new Error('Connection is closed.'))
        }
        return Reflect.apply(value, target, args) as unknown
      }
    },
  })
}
