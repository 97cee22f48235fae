import { z } from 'zod'

import type { Redis } from '../../redis/connection.ts'
import {
  anyKeyPattern,
  destinationOf,
  destinationsKey,
  type DestinationRef,
} from '../../redis/keys.ts'
import { isReply } from '../../redis/redis-errors.ts'
import { scanPage, walkEnd } from '../keys/scan-page.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** What whoever looks after a destination has to know of the workers that serve it. */
export interface ServiceTimes {
  /** A callback this long past its time, with no job, has been forgotten by the queue. */
  overdueMs: number
}

/** Every destination that is known in a namespace; `undefined`: no worker of this version has served it yet. */
export type Registry = ReadonlyMap<string, ServiceTimes | undefined>

const storedTimes = z.object({ v: z.literal(1), overdueMs: z.number().positive() })

/** By a worker, of what it serves: says that they are there, and how to look after them. */
export async function registerServed(
  redis: Redis,
  namespace: string,
  served: ReadonlyMap<string, ServiceTimes>,
): Promise<void> {
  if (served.size === 0) return
  const fields = [...served].flatMap(([name, { overdueMs }]) => [
    name,
    JSON.stringify({ v: 1, overdueMs }),
  ])
  const key = destinationsKey(namespace)
  await takeStep('destination.register', {}, () => redis.hset(key, ...fields))
}

/** The Redis of the namespace, as in a cluster the registry is not where the destination is. */
interface Seen {
  redis: Redis
  ref: DestinationRef
}

/** By whoever sends to a destination or meets its keys. What its workers have said of it stays. */
export async function registerSeen({ redis, ref }: Seen): Promise<void> {
  const { namespace, destination } = ref
  const key = destinationsKey(namespace)
  await takeStep('destination.register', ref, () => redis.hsetnx(key, destination, ''))
}

/**
 * For producers: registers with the first submission, and never says that it could not. A producer may lack the right, and
 * a walk finds what is missing; no promise waits for it.
 */
export function createRegistrar(): (seen: Seen) => void {
  let isDone = false
  return (seen) => {
    if (isDone) return
    isDone = true
    registerSeen(seen).catch((error: unknown) => {
      isDone = isReply(error)
    })
  }
}

export async function readRegistry(redis: Redis, namespace: string): Promise<Registry> {
  const fields = Object.entries(await redis.hgetall(destinationsKey(namespace)))
  return new Map(fields.map(([name, value]) => [name, decodeTimes(value)]))
}

/** A newer version may have written it; then its own workers look after the destination. */
function decodeTimes(value: string): ServiceTimes | undefined {
  if (value === '') return undefined
  try {
    const parsed = storedTimes.safeParse(JSON.parse(value))
    return parsed.success ? { overdueMs: parsed.data.overdueMs } : undefined
  } catch {
    return undefined
  }
}

/**
 * What is looked at besides the registry, for people's questions: all there is in a Redis where little waits and no worker
 * runs yet, and a few milliseconds of one in which a million callbacks wait.
 */
const glance = { pages: 10, pageSize: 1_000 }

/** For whoever asks every few seconds: a third of a millisecond of Redis, or one where there are a million keys. */
export const glimpse = 200

/**
 * The destinations of a namespace by name, configured or not. Costs the same however much waits: what the registry does not
 * know is found by a walking worker in its time (src/worker/maintenance).
 */
export async function findDestinations(redis: Redis, namespace: string): Promise<string[]> {
  return [...(await sampleKeys(redis, namespace))].toSorted()
}

async function sampleKeys(redis: Redis, namespace: string): Promise<Set<string>> {
  const found = new Set<string>()
  let cursor = firstKeys
  for (let pages = 0; pages < glance.pages; pages += 1) {
    const page = await readDestinationsFrom(redis, namespace, { cursor, count: glance.pageSize })
    for (const destination of [...page.registered, ...page.met]) found.add(destination)
    if (page.next === firstKeys) break
    cursor = page.next
  }
  return found
}

/** Where a walk of the keys begins, and where it ends. */
export const firstKeys = walkEnd

/** Destinations in the registry, and those that a page of the keys has. */
export async function readDestinationsFrom(
  redis: Redis,
  namespace: string,
  { cursor, count }: { cursor: string; count: number },
): Promise<{ registered: string[]; met: Set<string>; next: string }> {
  const page = { cursor, match: anyKeyPattern(namespace), count }
  const [registered, { next, keys }] = await Promise.all([
    redis.hkeys(destinationsKey(namespace)),
    scanPage(redis, page),
  ])
  const met = keys.map(destinationOf).filter((destination) => destination !== undefined)
  return { registered, met: new Set(met), next }
}
