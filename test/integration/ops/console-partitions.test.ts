/** A destination in partitions on the console: one destination, in one order, and each partition for itself by name. */
import { expect, it } from 'vitest'

import { createConsoleApp, type ConsoleApp } from '../../../src/ops/console/app.ts'
import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey, resultsKey, scheduleKey } from '../../../src/shared/redis/keys.ts'
import { registerSeen } from '../../../src/shared/store/destinations/registry.ts'
import { bridgeGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { fixPartitions } from '../../../src/shared/store/partitions/fix-partitions.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { noBreaker } from '../../support/no-breaker.ts'
import { callbacksIn, partitionsOf } from '../../support/partitions.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'
import { consoleOptions, openAccess } from './support/console.ts'
import { idsIn, letDie, named, nextOf, page, walk } from './support/console-lists.ts'

const partitions = 2
const patience = { timeout: 15_000 }
const momentMs = Date.parse('2026-02-26T15:40:52.000Z')

async function partitioned() {
  const bundle = await setup({ destination: { partitions, breaker: noBreaker } })
  await fixPartitions(bundle.store, { partitions, group: bridgeGroup })
  const [first, second] = partitionsOf(bundle)
  await Promise.all([first, second].map(registerSeen))
  const options = consoleOptions(bundle.redisUrl, bundle.store.ref.namespace)
  const access = openAccess({ access: 'operate' })
  return { bundle, first, second, app: createConsoleApp({ ...options, access }) }
}

type Partitioned = Awaited<ReturnType<typeof partitioned>>

/** One after the other in turn, so that each page has some of both. */
async function inTurn(
  { first, second }: Partitioned,
  ids: readonly string[],
  put: (store: DestinationStore, id: string, nth: number) => Promise<unknown>,
) {
  for (const [nth, id] of ids.entries()) await put(nth % 2 === 0 ? first : second, id, nth)
}

const linkOf = (text: string, id: string) =>
  new RegExp(`callbacks/${id}\\?destination=([^"]+)"`).exec(text)?.[1]

it('shows the dead letters of all partitions page by page, the oldest first, each by a link to where it is', async () => {
  const all = await partitioned()
  const ids = named('l', 120)
  await inTurn(all, ids, (store, id, nth) =>
    letDie(store, id, {
      diedAt: isoTimestamp(momentMs + nth),
      reason: nth < 20 ? 'expired' : 'refused',
    }),
  )
  const { app } = all
  expect(await walk(app, '/dead-letters')).toEqual({ ids, pages: 3 })
  const text = await page(app, '/dead-letters?reason=expired')
  expect(idsIn(text)).toEqual(ids.slice(0, 20))
  expect(text).toContain('120 of default')
  // A slow machine looks no further than at a hundred.
  expect(text).toMatch(/20 found among 1[02]0 that were looked at/)
  expect(text).toMatch(/refused http-400<\/a\s*>\s*100\s/)
  expect([linkOf(text, 'l000'), linkOf(text, 'l001')]).toEqual(['default', 'default%2F1'])
  const one = await walk(app, '/dead-letters?destination=default/0')
  expect(one.ids).toEqual(ids.filter((_, nth) => nth % 2 === 0))
  const ofOne = await page(app, '/dead-letters?destination=default/0')
  expect(ofOne).toContain('href="/plans/discard?destination=default%2F0"')
})

it('tells apart two dead letters without an id that have one name in two partitions', async () => {
  const { app, first, second } = await partitioned()
  const name = 'inbox-1764000000000-0'
  for (const id of named('a', 49)) await letDie(first, id)
  await letDie(first, name, { message: 'The first.' })
  await letDie(second, name, { message: 'The second.' })
  await letDie(second, 'last', { diedAt: isoTimestamp(momentMs + 1) })
  const text = await page(app, '/dead-letters')
  expect(idsIn(text).slice(49)).toEqual([name, name])
  const links = [...text.matchAll(/href="(\/callbacks\/inbox-[^"]+)"/g)].map(
    ([, link = '']) => link,
  )
  const stories = await Promise.all(links.map((link) => page(app, link)))
  const where = stories.map((story) => /class="state dead">dead<\/span> at (\S+)/.exec(story)?.[1])
  expect(where.toSorted()).toEqual(['default', 'default/1'])
  expect(idsIn(await page(app, nextOf(text) ?? ''))).toEqual(['last'])
})

it('shows what waits and what has ended in all partitions in one order, page by page', async () => {
  const all = await partitioned()
  const { app, first } = all
  const waiting = named('w', 120)
  const dueMs = Date.now() + 3_600_000
  await inTurn(all, waiting, async ({ redis, ref }, id, nth) => {
    await redis.zadd(scheduleKey(ref), dueMs + nth, `cb-1-${id}`)
    await redis.hset(callbackKey(ref, id), { state: 'scheduled', acceptedAt: '', updatedAt: '' })
  })
  expect(await walk(app, '/waiting')).toEqual({ ids: waiting, pages: 3 })
  const ended = named('r', 120)
  await inTurn(all, ended, ({ redis, ref }, id, nth) =>
    redis.xadd(resultsKey(ref), `${nth + 1}-0`, 'id', id, 'state', 'booked', 'at', isoTimestamp(0)),
  )
  await first.redis.xadd(resultsKey(first.ref), '121-0', 'id', 'alone', 'state', 'booked')
  const ids = ['alone', ...ended.toReversed()]
  expect(await walk(app, '/results')).toEqual({ ids, pages: 3 })
})

it('shows on the overview what the partitions come to, and each of them beside the others', async () => {
  const { app, bundle, first, second } = await partitioned()
  bundle.startWorker()
  await letDie(first, 'one')
  await letDie(second, 'two')
  await letDie(second, 'three')
  await expect.poll(() => page(app, '/'), patience).toContain('<dt>Workers</dt>')
  const text = (await page(app, '/')).replaceAll(/\s+/g, ' ')
  expect(text).toContain('3 dead letters to decide about')
  expect(text).not.toContain('1 dead letter to decide about')
  expect(text).toMatch(
    /<dt>Dead letters<\/dt> <dd> <a href="\/dead-letters\?destination=default">3</,
  )
  expect(text.match(/<section class="destination"/g)).toHaveLength(1)
  expect(text).toContain('href="/waiting?destination=default%2F0"')
  expect(text).toContain('href="/waiting?destination=default%2F1"')
  expect(text.match(/href="\/control\/pause/g)).toHaveLength(1)
  const names = /aria-label="Destinations">(.*?)<\/nav>/.exec(
    (await page(app, '/runs')).replaceAll(/\s+/g, ' '),
  )?.[1]
  expect(names?.match(/>default[/\d]*</g)).toEqual(['>default<', '>default/0<', '>default/1<'])
})

function post(app: ConsoleApp, path: string, fields: Record<string, string> = {}) {
  const headers = { host: '127.0.0.1', 'sec-fetch-site': 'same-origin' }
  return app.request(path, { method: 'POST', body: new URLSearchParams(fields), headers })
}

async function leadsTo(answer: Response | Promise<Response>): Promise<string> {
  const { status, headers } = await answer
  expect(status).toBe(303)
  return headers.get('location') ?? ''
}

it('acts from there on one callback and on many, wherever they are', async () => {
  const { app, bundle } = await partitioned()
  const callbacks = [0, 1].flatMap((place) =>
    callbacksIn(place, partitions, { count: 3, prefix: `cb-${place}` }),
  )
  bundle.sandbox.setFaults([{ do: 'refuse' }])
  bundle.startWorker()
  for (const callback of callbacks) await bundle.producer.enqueue(callback)
  for (const { id } of callbacks) await bundle.producer.waitForEnd(id)
  bundle.sandbox.setFaults([])

  const list = await page(app, '/dead-letters')
  const [, story = ''] = /href="(\/callbacks\/cb-1-[^"]+)"/.exec(list) ?? []
  const [, discard = ''] = /href="([^"]+\/discard\?[^"]*)"/.exec(await page(app, story)) ?? []
  const said = await page(app, await leadsTo(post(app, discard, { reason: 'why' })))
  expect(said).toContain(': discarded.')
  expect((await page(app, '/log')).replaceAll(/\s+/g, ' ')).toMatch(
    /discard<\/td> ?<td class="">default\/1</,
  )

  const [, planning = ''] = /href="([^"]+plans\/redrive[^"]*)"/.exec(list) ?? []
  const plan = await leadsTo(post(app, planning, { deadReason: 'refused' }))
  expect(await page(app, plan)).toContain('The plan is made: 5 are meant')
  const [, starting = ''] = /href="([^"]+\/start\?[^"]*)"/.exec(await page(app, plan)) ?? []
  const run = await leadsTo(post(app, starting))
  await expect
    .poll(() => page(app, run), patience)
    .toContain('<span class="state done">done</span>')
  expect(await page(app, run)).toContain('How they stand in each partition')
  expect(bundle.sandbox.bookings()).toHaveLength(5)
})

it('finds a callback in whichever partition it is', async () => {
  const { app, bundle, second } = await partitioned()
  const [callback] = callbacksIn(1, partitions, { count: 1, prefix: 'cb' })
  if (callback === undefined) throw new Error('there is none')
  bundle.startWorker()
  await bundle.producer.enqueue(callback)
  await resultsOfAll(bundle, [])
  await bundle.producer.waitForEnd(callback.id)
  expect(await readCallback(second, callback.id)).toMatchObject({ state: 'booked' })
  for (const q of [callback.id, callback.callbackNumber]) {
    const found = await leadsTo(post(app, '/search', { q }))
    expect(await page(app, found)).toContain(`<h1>${callback.id}</h1>`)
  }
})
