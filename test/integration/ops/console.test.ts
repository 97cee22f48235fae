/** The console's pages, as they are answered; test/browser/console.test.ts looks at them in a browser. */
import { describe, expect, it, onTestFinished } from 'vitest'

import { createConsoleApp } from '../../../src/ops/console/app.ts'
import { startConsole } from '../../../src/ops/console/console-server.ts'
import { mostInOneStream } from '../../../src/ops/console/events.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { registerSeen } from '../../../src/shared/store/destinations/registry.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { xadd } from '../../support/inbox.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { consoleOptions } from './support/console.ts'
import { ask, plan } from './support/runs.ts'

const own = { host: '127.0.0.1:9465' }

function consoleOf({ redisUrl, store }: Bundle, more: { basePath?: string; label?: string } = {}) {
  return createConsoleApp({ ...consoleOptions(redisUrl, store.ref.namespace), ...more })
}

type App = ReturnType<typeof createConsoleApp>

async function page(app: App, path: string): Promise<{ status: number; text: string }> {
  const answer = await app.request(path, { headers: own })
  return { status: answer.status, text: await answer.text() }
}

function search(app: App, q: string, headers: Record<string, string> = {}) {
  return app.request('/search', {
    method: 'POST',
    body: new URLSearchParams({ q }),
    headers: { ...own, 'sec-fetch-site': 'same-origin', ...headers },
  })
}

/** One booked, one dead, one that waits, and a plan. */
async function busy(): Promise<Bundle & { planId: string }> {
  const bundle = await setup()
  bundle.startWorker()
  bundle.sandbox.setFaults([{ do: 'refuse', match: { callId: 'dies' } }])
  for (const id of ['booked', 'dies']) await bundle.producer.enqueue(sampleCallback(id))
  await bundle.producer.enqueue({ ...sampleCallback('waits'), delay: '1h' })
  await resultsOfAll(bundle, ['booked', 'dies'])
  const { id: planId } = await plan(bundle, 'redrive')
  await ask(bundle, 'resume')
  return { ...bundle, planId }
}

describe('a page of the console', () => {
  it('shows each view, and what the others are', async () => {
    const bundle = await busy()
    const app = consoleOf(bundle)
    const views: [path: string, shown: RegExp][] = [
      ['/', /1 dead letter to decide about/],
      ['/dead-letters', />dies<\/a/],
      ['/waiting', />waits<\/a/],
      ['/results', />booked<\/a/],
      ['/runs', new RegExp(bundle.planId)],
      [`/runs/${bundle.planId}`, /of 1/],
      ['/log', />resume</],
      ['/callbacks/waits', /waits for its time|due/],
      ['/callbacks/booked', /attempt 1: booked/],
    ]
    for (const [path, shown] of views) {
      const { status, text } = await page(app, path)
      expect({ path, status }).toEqual({ path, status: 200 })
      expect(text).toMatch(shown)
      expect(text).toContain('aria-label="Views"')
    }
  })

  it('says in the story of a callback that its customer may be called twice, and how to see it elsewhere', async () => {
    const bundle = await setup()
    bundle.startWorker()
    bundle.sandbox.setFaults([{ do: 'cut', when: 'after', times: 1, match: { callId: 'twice' } }])
    for (const id of ['twice', 'once']) await bundle.producer.enqueue(sampleCallback(id))
    await resultsOfAll(bundle, ['twice', 'once'])
    const app = consoleOf(bundle)
    const { text } = await page(app, '/callbacks/twice')
    expect(text).toContain('Possible duplicate: an attempt may have booked unnoticed.')
    expect(text).toMatch(/ringback status twice --destination default</)
    expect((await page(app, '/callbacks/once')).text).not.toContain('duplicate')
  })

  it('allows a browser nothing that is written into it, and nothing from elsewhere', async () => {
    const app = consoleOf(await busy())
    for (const path of [
      '/',
      '/dead-letters',
      '/results',
      '/runs',
      '/callbacks/booked',
      '/nowhere',
    ]) {
      const answer = await app.request(path, { headers: own })
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      const text = await answer.text()
      expect(text).not.toMatch(/ style=| on[a-z]+=|<style|<script(?! type="module" src="\/assets)/)
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    }
  })

  it('says in its title how many things need somebody', async () => {
    const bundle = await setup()
    await bundle.producer.enqueue(sampleCallback('one'))
    const { text } = await page(consoleOf(bundle, { label: 'production' }), '/')
    expect(text).toContain('<title>(1) Overview · Ringback · production</title>')
    expect(text).toContain('No worker is alive, and callbacks wait.')
  })

  it('says that nothing is wrong where nothing is', async () => {
    const bundle = await setup()
    bundle.startWorker()
    await bundle.producer.enqueue(sampleCallback('one'))
    await resultsOfAll(bundle, ['one'])
    const { text } = await page(consoleOf(bundle), '/')
    expect(text).toContain('Nothing needs you.')
  })

  it('is served below the path of a proxy', async () => {
    const app = consoleOf(await busy(), { basePath: '/ringback/' })
    const { status, text } = await page(app, '/ringback/results')
    expect(status).toBe(200)
    for (const [, link = ''] of text.matchAll(/(?:href|src|action|data-events)="([^"#]+)"/g)) {
      if (!link.startsWith('data:')) expect(link).toMatch(/^\/ringback\//)
    }
    const [, script = ''] = /src="([^"]+)"/.exec(text) ?? []
    expect(script).toMatch(/^\/ringback\/assets\//)
  })

  it('escapes whatever somebody has sent', async () => {
    const bundle = await setup()
    bundle.startWorker()
    const evil = '<img src=x onerror=alert(1)>"\'&'
    const intent = { ...sampleCallback('evil'), callId: evil, attributes: { note: evil } }
    await bundle.producer.enqueue({ ...intent, delay: '1h' })
    await xadd(bundle.store, `{"id":"raw","callId":"${evil.replaceAll('"', '\\"')}"}`)
    await resultsOfAll(bundle, ['raw'])
    const app = consoleOf(bundle)
    for (const path of ['/callbacks/evil', '/callbacks/raw', '/dead-letters']) {
      expect((await page(app, path)).text).not.toContain('<img')
    }
    expect((await page(app, '/callbacks/evil')).text).toContain('&lt;img src=x')
    expect((await page(app, `/callbacks/${encodeURIComponent(evil)}`)).text).not.toContain('<img')
  })

  it('leads from the list of one destination to those of the others', async () => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    for (const destination of ['default', 'acme']) {
      const store = openStore(redis, { ...ref, destination })
      await xadd(store, { ...sampleCallback('one'), id: destination })
      await registerSeen(store)
    }
    const app = consoleOf(bundle)
    const { text } = await page(app, '/waiting?destination=acme')
    expect(text).toContain('aria-label="Destinations"')
    expect(text).toMatch(/href="\/waiting\?destination=acme"\s+aria-current="page"/)
    expect(text).toContain('href="/waiting?destination=default"')
    expect((await page(app, '/')).text).not.toContain('aria-label="Destinations"')
  })

  it('says that there is no such callback, run or page', async () => {
    const app = consoleOf(await setup())
    for (const path of ['/callbacks/none', '/runs/none', '/none']) {
      expect(await page(app, path)).toMatchObject({ status: 404 })
    }
  })
})

describe('a customer’s number', () => {
  const digits = '8445791189'

  it('is shown masked only, wherever it was written', async () => {
    const bundle = await setup()
    bundle.startWorker()
    const callbackNumber = `+1${digits}`
    const attributes = { note: `call ${callbackNumber}` }
    await bundle.producer.enqueue({ ...sampleCallback('one'), callbackNumber, delay: '1h' })
    await bundle.producer.enqueue({ ...sampleCallback('two'), callbackNumber, delay: '1h' })
    await xadd(bundle.store, JSON.stringify({ id: 'raw', callbackNumber, attributes, dealy: 1 }))
    await resultsOfAll(bundle, ['raw'])
    const app = consoleOf(bundle)
    const texts = await Promise.all(
      ['/', '/waiting', '/dead-letters', '/results', '/callbacks/one', '/callbacks/raw'].map(
        async (path) => (await page(app, path)).text,
      ),
    )
    const searched = await search(app, callbackNumber)
    texts.push(await searched.text())
    expect(texts.at(-1)).toContain('>one</a')
    for (const text of texts) expect(text).not.toContain(digits)
    expect(texts.join('')).toContain('+18•••89')
  })
})

describe('a search', () => {
  it.each([
    ['an id', () => 'booked'],
    ['a call', ({ sandbox }: Bundle) => sandbox.bookings()[0]?.callId ?? ''],
    ['a ContactRequest', ({ sandbox }: Bundle) => sandbox.bookings()[0]?.recordId ?? ''],
    ['a number', () => sampleCallback('booked').callbackNumber],
  ])('by %s leads to the callback', async (_, wanted) => {
    const bundle = await setup()
    bundle.startWorker()
    await bundle.producer.enqueue(sampleCallback('booked'))
    await resultsOfAll(bundle, ['booked'])
    const answer = await search(consoleOf(bundle), wanted(bundle))
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/callbacks/booked?destination=default')
  })

  it('says that nothing fits', async () => {
    const bundle = await busy()
    expect(await (await search(consoleOf(bundle), '+4930123456')).text()).toContain('Nothing found')
  })

  it('is refused where a page of somebody else has sent it', async () => {
    const app = consoleOf(await setup())
    expect((await search(app, 'x', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const without = { method: 'POST', body: new URLSearchParams({ q: 'x' }) }
    const from = (origin: string) =>
      app.request('/search', { ...without, headers: { ...own, origin } })
    expect((await from('https://evil.example')).status).toBe(403)
    expect((await from('http://127.0.0.1:9465')).status).toBe(200)
  })
})

describe('the console', () => {
  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:9465', ''])(
    'is not served as "%s"',
    async (host) => {
      const app = consoleOf(await setup())
      expect((await app.request('/', { headers: { host } })).status).toBe(421)
    },
  )

  it.each(['127.0.0.1', 'localhost:9465', '[::1]:9465', '127.0.0.2'])(
    'is served as %s',
    async (host) => {
      const app = consoleOf(await setup())
      expect((await app.request('/', { headers: { host } })).status).toBe(200)
    },
  )

  it('says that Redis is away, with the last figures, and recovers by itself', async () => {
    const redis = await startPrivateRedis()
    const bundle = await setup({ redisUrl: redis.url })
    await bundle.producer.enqueue(sampleCallback('one'))
    const app = consoleOf(bundle)
    expect((await page(app, '/')).text).toContain('callbacks wait')
    await redis.kill()
    await expect
      .poll(async () => (await page(app, '/')).text, patience)
      .toContain('Redis cannot be asked since')
    const away = await page(app, '/')
    expect(away.text).toContain('Figures are of')
    expect(away.text).toContain('<title>(!) Overview')
    expect(await page(app, '/dead-letters')).toMatchObject({ status: 503 })
    expect((await app.request('/healthz', { headers: own })).status).toBe(200)
    await redis.restart()
    await expect
      .poll(async () => (await page(app, '/')).text, patience)
      .not.toContain('cannot be asked')
  })

  it('keeps no place among those that listen for whoever asks for the head alone', async () => {
    const app = consoleOf(await setup())
    for (let nth = 0; nth < 60; nth += 1) {
      expect((await app.request('/events', { method: 'HEAD', headers: own })).status).toBe(405)
    }
    const answer = await app.request('/events', { headers: own })
    expect(answer.status).toBe(200)
    await answer.body?.cancel()
  })

  it('reads no more of what is sent than a search can be', async () => {
    const app = consoleOf(await setup())
    expect((await search(app, 'x'.repeat(10_000))).status).toBe(413)
  })

  it('asks Redis once for all who look at a time', async () => {
    const { url } = await startPrivateRedis()
    const bundle = await setup({ redisUrl: url })
    const app = consoleOf(bundle)
    const before = await connectionsTo(bundle)
    await Promise.all(Array.from({ length: 50 }, () => page(app, '/')))
    // One for what changes, and one for the history of the day.
    expect((await connectionsTo(bundle)) - before).toBe(2)
  })

  it('tells open pages what has been read', async () => {
    const bundle = await setup()
    const served = await startConsole({
      ...consoleOptions(bundle.redisUrl, bundle.store.ref.namespace),
      host: '127.0.0.1',
      port: 0,
    })
    onTestFinished(() => served.close())
    const leaving = new AbortController()
    const answer = await fetch(`${served.url}events`, { signal: leaving.signal })
    expect(answer.headers.get('content-type')).toContain('text/event-stream')
    expect(await firstChunk(answer)).toMatch(
      /^event: reading\ndata: \{"at":"[^"]+","revision":"[\w-]{12}","isAway":false\}\nretry: 1000\n\n$/,
    )
    leaving.abort()
  })
})

it('ends a stream after so many readings, and asks the browser to come back in a second', async () => {
  const bundle = await setup()
  const clock = { ...systemClock, sleep: () => Promise.resolve() }
  const app = createConsoleApp({
    ...consoleOptions(bundle.redisUrl, bundle.store.ref.namespace),
    clock,
  })
  const answer = await app.request('/events', { headers: own })
  const told = await answer.text()
  expect(told.match(/^data: /gm)).toHaveLength(mostInOneStream)
  expect(told.match(/^retry: 1000$/gm)).toHaveLength(1)
})

/** How many were ever made. */
async function connectionsTo({ store }: Bundle): Promise<number> {
  const info = await store.redis.info('stats')
  return Number(/total_connections_received:(\d+)/.exec(info)?.[1])
}

/** Enough of an answer that never ends. */
async function firstChunk({ body }: Response): Promise<string> {
  for await (const chunk of body ?? []) return Buffer.from(chunk as Uint8Array).toString()
  return ''
}

const patience = { timeout: 20_000 }
