import { expect } from 'vitest'

import { createConsoleApp, type ConsoleApp } from '../../../../src/ops/console/app.ts'
import { loadStoreConfig } from '../../../../src/shared/config/load.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { callbackKey, deadLettersKey } from '../../../../src/shared/redis/keys.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'
import { consoleOptions } from './console.ts'
import type { Environment } from './environment.ts'

export function consoleOf({ env }: Pick<Environment, 'env'>): ConsoleApp {
  const options = consoleOptions(redisUrl(), freshNamespace())
  return createConsoleApp({ ...options, store: loadStoreConfig(env) })
}

export async function page(app: ConsoleApp, path: string): Promise<string> {
  const answer = await app.request(path, { headers: { host: '127.0.0.1' } })
  expect({ path, status: answer.status }).toEqual({ path, status: 200 })
  return (await answer.text()).replaceAll('&amp;', '&')
}

export const idsIn = (text: string) =>
  [...text.matchAll(/callbacks\/([\w-]+)\?/g)].map(([, id]) => id)
export const nextOf = (text: string) => /rel="next"\s+href="([^"]+)"/.exec(text)?.[1]

/** All ids of a list, by following its links. */
export async function walk(
  app: ConsoleApp,
  path: string,
): Promise<{ ids: unknown[]; pages: number }> {
  const ids: unknown[] = []
  let pages = 0
  for (let at: string | undefined = path; at !== undefined; pages += 1) {
    const text = await page(app, at)
    ids.push(...idsIn(text))
    at = nextOf(text)
  }
  return { ids, pages }
}

export async function letDie(
  store: DestinationStore,
  id: string,
  more: Record<string, string> = {},
) {
  const { redis, ref } = store
  const { diedAt = '2026-02-26T15:40:52.000Z', ...fields } = more
  const intent = { id, callId: id, callbackNumber: '+18445791189', attributes: { queue: id } }
  await redis.zadd(deadLettersKey(ref), Date.parse(diedAt), id)
  await redis.hset(callbackKey(ref, id), {
    v: '1',
    state: 'dead',
    generation: '1',
    attempts: '1',
    message: 'It went wrong.',
    acceptedAt: diedAt,
    updatedAt: diedAt,
    reason: 'refused',
    code: 'http-400',
    intent: JSON.stringify(intent),
    ...fields,
  })
}

const range = (count: number) => Array.from({ length: count }, (_, at) => at)
export const named = (prefix: string, count: number) =>
  range(count).map((at) => `${prefix}${String(at).padStart(3, '0')}`)
