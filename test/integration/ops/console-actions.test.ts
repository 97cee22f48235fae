/** What the console changes, for whom, and for whom not. */
import { describe, expect, it } from 'vitest'

import { actions } from '../../../src/ops/console/actions/actions.ts'
import { mostUntyped } from '../../../src/ops/console/actions/run-actions.ts'
import { createSessions } from '../../../src/ops/console/access/sessions.ts'
import type { AccessRules } from '../../../src/ops/console/access/who-asks.ts'
import { createConsoleApp, type ConsoleApp } from '../../../src/ops/console/app.ts'
import type { OperatorsLog } from '../../../src/ops/operations/audit/read-log.ts'
import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { letManyDie } from '../../support/dead-letters.ts'
import { dump } from '../../support/dump.ts'
import { noBreaker } from '../../support/no-breaker.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { consoleOptions, openAccess } from './support/console.ts'
import { ask, isOver, plan, untilRun } from './support/runs.ts'

const host = '127.0.0.1:9465'

function consoleOf({ redisUrl, store }: Bundle, rules: Partial<AccessRules> = {}) {
  const options = consoleOptions(redisUrl, store.ref.namespace)
  return createConsoleApp({ ...options, access: openAccess(rules) })
}

const operated = (bundle: Bundle) => consoleOf(bundle, { access: 'operate' })

/** One with users, in which `name` is logged in with that role. */
function loggedIn({ redisUrl, store }: Bundle, role: 'view' | 'operate'): ConsoleApp {
  const options = consoleOptions(redisUrl, store.ref.namespace)
  const sessions = createSessions(() => 'session')
  sessions.begin({ name: 'bob', role }, options.clock.now())
  return createConsoleApp({ ...options, access: { ...openAccess({ users: [] }), sessions } })
}

interface Sent {
  path: string
  fields?: Record<string, string>
  headers?: Record<string, string>
}

function post(app: ConsoleApp, { path, fields = {}, headers = {} }: Sent) {
  const own = { host, 'sec-fetch-site': 'same-origin', cookie: 'ringback-session=session' }
  const body = new URLSearchParams(fields)
  return app.request(path, { method: 'POST', body, headers: { ...own, ...headers } })
}

async function page(app: ConsoleApp, path: string): Promise<{ status: number; text: string }> {
  const headers = { host, cookie: 'ringback-session=session' }
  const answer = await app.request(path, { headers })
  return { status: answer.status, text: await answer.text() }
}

/** Sends a form, and follows to where it leads. */
async function doing(app: ConsoleApp, path: string, fields: Record<string, string> = {}) {
  const answer = await post(app, { path, fields })
  expect({ path, status: answer.status }).toEqual({ path, status: 303 })
  const location = answer.headers.get('location') ?? ''
  const { text } = await page(app, location)
  const [, words = ''] = /<p class="said[^"]*" role="status">([^<]*)</.exec(text) ?? []
  return { words, text, location }
}

/** Of what changes something by itself, nothing. */
async function busy(): Promise<Bundle & { planId: string }> {
  const bundle = await setup()
  await letManyDie(bundle, 2, { prefix: 'dead' })
  await bundle.producer.enqueue({ ...sampleCallback('waits'), delay: '1h' })
  const { id: planId } = await plan(bundle, 'redrive')
  return { ...bundle, planId }
}

/** All but what expires by itself. */
async function kept({ store }: Bundle): Promise<[string, string][]> {
  const all = await dump(store.redis, store.ref.namespace)
  return Object.entries(all).filter(([key]) => !/:(?:stalled-check|flow|breaker|walker)$/.test(key))
}

function newestIn(bundle: Bundle) {
  return ask<OperatorsLog>(bundle, 'audit', '--limit', '1').then(({ entries }) => entries[0])
}

/** What each action is sent to in these tests. A new one does not compile away: it fails until it stands here. */
const addresses = ({ planId }: { planId: string }): Record<string, string> => ({
  '/callbacks/:id/redrive': '/callbacks/dead-1/redrive',
  '/callbacks/:id/discard': '/callbacks/dead-1/discard',
  '/callbacks/:id/resolve': '/callbacks/dead-1/resolve',
  '/callbacks/:id/cancel': '/callbacks/waits/cancel',
  '/callbacks/:id/reschedule': '/callbacks/waits/reschedule',
  '/control/pause': '/control/pause',
  '/control/resume': '/control/resume',
  '/control/rate': '/control/rate',
  '/plans/redrive': '/plans/redrive',
  '/plans/discard': '/plans/discard',
  '/runs/:id/start': `/runs/${planId}/start`,
  '/runs/:id/pause': `/runs/${planId}/pause`,
  '/runs/:id/resume': `/runs/${planId}/resume`,
  '/runs/:id/abort': `/runs/${planId}/abort`,
})

/** With these each of them would be done. */
const fields = { what: 'dispatch', rate: '5/s', when: 'now', was: 'not-booked', typed: '2' }
/** What is sent, and changes nothing. */
const harmless = ['/search', '/login', '/logout']

describe('whoever may only look', () => {
  it.each([
    ['has the role for it', 403, (bundle: Bundle) => loggedIn(bundle, 'view')],
    ['is at a console for reading', 405, (bundle: Bundle) => consoleOf(bundle)],
    [
      'is at a console that was made so',
      405,
      (bundle: Bundle) => consoleOf(bundle, { access: 'read' }),
    ],
  ])(
    'can change nothing, at whatever address: %s',
    async (_, status, open) => {
      const bundle = await busy()
      const app = open(bundle)
      const before = await kept(bundle)
      const where = addresses(bundle)
      const routes = app.routes.filter(({ method }) => method !== 'GET' && method !== 'ALL')
      const paths = new Set(
        routes.map(({ path }) => path).filter((path) => !harmless.includes(path)),
      )
      expect([...paths].toSorted()).toEqual(Object.keys(where).toSorted())
      for (const path of Object.values(where)) {
        const answers = [
          await post(app, { path, fields }),
          await app.request(path, {
            headers: { host, cookie: 'ringback-session=session' },
          }),
        ]
        expect({ path, all: answers.map((answer) => answer.status) }).toEqual({
          path,
          all: [status, status],
        })
        expect(await answers[0]?.text()).not.toContain('<form class="ask"')
      }
      expect(await kept(bundle)).toEqual(before)
    },
    60_000,
  )

  it.each(['PUT', 'PATCH', 'DELETE', 'get', 'Post'])('nor by %s', async (method) => {
    const bundle = await busy()
    const app = loggedIn(bundle, 'view')
    const headers = { host, 'sec-fetch-site': 'same-origin', cookie: 'ringback-session=session' }
    for (const path of Object.values(addresses(bundle))) {
      const { status } = await app.request(path, { method, headers })
      expect([403, 404]).toContain(status)
    }
  })

  it('is shown nothing to do', async () => {
    const bundle = await busy()
    for (const app of [loggedIn(bundle, 'view'), consoleOf(bundle)]) {
      for (const path of ['/', '/dead-letters', '/callbacks/dead-1', `/runs/${bundle.planId}`]) {
        expect((await page(app, path)).text).not.toContain('class="act"')
      }
    }
  })

  it('is not asked for by a page of somebody else, even where everybody may act', async () => {
    const bundle = await busy()
    const app = operated(bundle)
    const before = await kept(bundle)
    for (const path of Object.values(addresses(bundle))) {
      const headers = { 'sec-fetch-site': 'cross-site' }
      expect((await post(app, { path, fields, headers })).status).toBe(403)
    }
    expect(await kept(bundle)).toEqual(before)
  })
})

describe('whoever may act', () => {
  it('is asked at every address, with the command that does the same', async () => {
    const bundle = await busy()
    const app = loggedIn(bundle, 'operate')
    expect(Object.keys(addresses(bundle)).toSorted()).toEqual(
      actions.map(({ path }) => path).toSorted(),
    )
    for (const path of Object.values(addresses(bundle))) {
      const { status, text } = await page(app, `${path}?destination=default`)
      expect({ path, status }).toEqual({ path, status: 200 })
      expect(text).toMatch(/<code>ringback [^<]+ --destination default<\/code>/)
      expect(text).toContain(`method="post" action="${path}?destination=default"`)
    }
  }, 60_000)

  it('redrives, discards, cancels and moves one callback, and is named in the log', async () => {
    const bundle = await busy()
    const app = operated(bundle)
    const state = async (id: string) => (await readCallback(bundle.store, id))?.state
    const redriven = await doing(app, '/callbacks/dead-1/redrive', { reason: 'tried' })
    expect(redriven.words).toBe('dead-1: redriven.')
    expect(redriven.location).toMatch(/^\/callbacks\/dead-1\?notice=[\w-]{24}$/)
    expect(await newestIn(bundle)).toMatchObject({
      action: 'redrive',
      who: 'ada@here',
      face: 'console',
      reason: 'tried',
      counts: { redriven: 1 },
    })
    expect((await doing(app, '/callbacks/dead-1/redrive')).words).toContain('dead-1: ')
    expect((await doing(app, '/callbacks/dead-2/discard')).words).toBe('dead-2: discarded.')
    const moved = await doing(app, '/callbacks/waits/reschedule', { when: 'delay', delay: '3h' })
    expect(moved.words).toBe('waits: moved.')
    expect((await doing(app, '/callbacks/waits/cancel', { reason: 'reached' })).words).toBe(
      'waits: cancelled.',
    )
    expect(await state('waits')).toBe('cancelled')
    expect((await readCallback(bundle.store, 'waits'))?.cancelledBy).toBe('ada@here')
  }, 60_000)

  it('pauses, resumes and slows a destination', async () => {
    const bundle = await busy()
    const app = operated(bundle)
    const said = { what: 'dispatch', for: '1h', reason: 'rush' }
    expect((await doing(app, '/control/pause?destination=default', said)).words).toBe(
      'default: dispatch is paused.',
    )
    expect(await ask(bundle, 'stats')).toMatchObject({ dispatch: 'paused' })
    expect((await doing(app, '/control/resume', { what: 'both' })).words).toContain(
      'dispatch goes on',
    )
    expect((await doing(app, '/control/resume', { what: 'both' })).words).toContain(
      'was not paused',
    )
    await doing(app, '/control/rate', { rate: '30/m' })
    expect(await newestIn(bundle)).toMatchObject({ action: 'rate', what: { rate: 0.5 } })
  }, 60_000)

  it.each([
    [{ was: 'booked', recordId: '0TzLT00000000w50AA' }, 'booked', 'booked'],
    [{ was: 'not-booked' }, 'redriven', 'accepted'],
  ])('resolves one that died as uncertain: %j', async (sent, words, state) => {
    const bundle = await setup({ destination: { onUncertain: 'hold' } })
    await letManyDie(bundle, 1, { prefix: 'doubt', fault: { do: 'cut', when: 'after' } })
    const app = operated(bundle)
    expect((await page(app, '/callbacks/doubt-1')).text).toContain('/callbacks/doubt-1/resolve')
    expect((await doing(app, '/callbacks/doubt-1/resolve', sent)).words).toBe(`doubt-1: ${words}.`)
    expect((await readCallback(bundle.store, 'doubt-1'))?.state).toBe(state)
    expect(await newestIn(bundle)).toMatchObject({ action: 'resolve', counts: { [words]: 1 } })
  })

  it('starts a plan of any kind by its own name', async () => {
    const bundle = await busy()
    const app = operated(bundle)
    const { id } = await plan(bundle, 'dead-letters', 'discard', '--reason', 'refused')
    expect((await page(app, `/runs/${id}/start`)).text).toContain('<button>Discard 2</button>')
    const { text } = await page(app, `/runs/${bundle.planId}/start`)
    expect(text).toContain('<button>Redrive 2</button>')
  })

  it('is offered to drop a plan that selects nothing, and not to start it', async () => {
    const bundle = await busy()
    const app = operated(bundle)
    const { id } = await plan(bundle, 'cancel', '--attribute', 'campaign=spring')
    const { text } = await page(app, `/runs/${id}`)
    expect(text).toContain(`/runs/${id}/abort`)
    expect(text).not.toContain(`/runs/${id}/start`)
    const asked = await page(app, `/runs/${id}/start`)
    expect(asked.status).toBe(409)
    expect(asked.text).toContain('selects no callback')
    expect((await post(app, { path: `/runs/${id}/start` })).status).toBe(409)
  })

  it.each([
    ['/callbacks/waits/reschedule', { when: 'delay', delay: 'soon' }],
    ['/callbacks/waits/reschedule', { when: 'at', notBefore: 'tomorrow' }],
    ['/callbacks/dead-1/resolve', { was: 'booked', recordId: 'x' }],
    ['/callbacks/dead-1/resolve', { recordId: '0TzLT00000000w50AA' }],
    ['/callbacks/dead-1/discard', { reason: 'x'.repeat(300) }],
    ['/control/pause', { what: 'everything' }],
    ['/control/pause', { what: 'dispatch', for: 'ever' }],
    ['/control/rate', { rate: 'fast' }],
    ['/plans/redrive', { within: 'long' }],
    ['/plans/redrive', { within: '1h', olderThan: '2h' }],
    ['/plans/redrive', { code: '+18445791189' }],
  ])(
    'is told what is wrong with what was sent to %s, and nothing is done: %j',
    async (path, sent) => {
      const bundle = await busy()
      const before = await kept(bundle)
      const answer = await post(operated(bundle), { path, fields: sent })
      const text = await answer.text()
      expect(answer.status).toBe(400)
      expect(text).toContain('Nothing was done.')
      expect(text).not.toContain('8445791189')
      expect(await kept(bundle)).toEqual(before)
    },
  )

  it('has to write nothing again that was right, nor to choose it', async () => {
    const app = operated(await busy())
    const fields = { when: 'at', notBefore: 'tomorrow', timeZone: 'Europe/Vienna', reason: 'asked' }
    const moved = await (await post(app, { path: '/callbacks/waits/reschedule', fields })).text()
    expect(moved).toMatch(/value="at"\s+checked/)
    for (const value of ['tomorrow', 'Europe/Vienna', 'asked']) {
      expect(moved).toContain(`value="${value}"`)
    }
    const doubtful = { deadReason: 'exhausted', possibleDuplicates: 'yes', within: 'long' }
    const planned = await (await post(app, { path: '/plans/redrive', fields: doubtful })).text()
    expect(planned).toMatch(/value="exhausted"\s+checked/)
    expect(planned).toMatch(/name="possibleDuplicates"\s+value="yes"\s+checked/)
  })

  it('is told of what is not there', async () => {
    const app = operated(await busy())
    expect((await post(app, { path: '/runs/none/start' })).status).toBe(404)
    expect((await doing(app, '/callbacks/none/discard')).words).toMatch(/^none: /)
  })

  it('sends many only by a plan, which is looked at, and by the number typed where they are many', async () => {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    const count = mostUntyped + 1
    const letters = await letManyDie(bundle, count)
    const app = operated(bundle)
    const planned = await doing(app, '/plans/redrive', { deadReason: 'refused' })
    expect(planned.words).toBe(`The plan is made: ${count} are meant.`)
    const [, id = ''] = /^\/runs\/([\w-]+)/.exec(planned.location) ?? []
    const start = `/runs/${id}/start`
    expect((await page(app, start)).text).toContain(`Type the number of callbacks: ${count}`)
    for (const typed of ['', '50', 'all']) {
      expect((await post(app, { path: start, fields: { typed, rate: 'none' } })).status).toBe(400)
    }
    bundle.startWorker()
    const started = await doing(app, start, { typed: String(count), rate: 'none' })
    expect(started.words).toBe(`${id} was started.`)
    expect((await doing(app, start, { typed: String(count) })).words).toContain('already')
    await untilRun(bundle, { id }, isOver)
    await resultsOfAll(
      bundle,
      letters.map((letter) => letter.id),
    )
    expect((await page(app, `/runs/${id}`)).text).toContain(`Sent or skipped: ${count} of ${count}`)
  }, 60_000)

  it('holds, resumes and ends a run', async () => {
    const bundle = await busy()
    const app = operated(bundle)
    const { planId } = bundle
    await doing(app, `/runs/${planId}/start`)
    expect((await doing(app, `/runs/${planId}/pause`, { reason: 'rush' })).words).toContain(
      'pauses',
    )
    expect((await doing(app, `/runs/${planId}/resume`)).words).toContain('goes on')
    expect((await doing(app, `/runs/${planId}/abort`)).words).toContain('was aborted')
    expect((await doing(app, `/runs/${planId}/abort`)).words).toContain('already')
  }, 60_000)

  it('finds what may be done where it is shown, and nothing that its state does not allow', async () => {
    const bundle = await busy()
    const app = operated(bundle)
    const linksOn = async (path: string) =>
      [...(await page(app, path)).text.matchAll(/class="act" href="([^"?]+)/g)].map(
        ([, link]) => link,
      )
    expect(await linksOn('/')).toEqual(['/control/pause', '/control/resume', '/control/rate'])
    expect(await linksOn('/dead-letters')).toEqual(['/plans/redrive', '/plans/discard'])
    expect(await linksOn('/callbacks/dead-1')).toEqual(
      ['redrive', 'discard'].map((verb) => `/callbacks/dead-1/${verb}`),
    )
    expect(await linksOn('/callbacks/waits')).toEqual(
      ['cancel', 'reschedule'].map((verb) => `/callbacks/waits/${verb}`),
    )
    expect(await linksOn(`/runs/${bundle.planId}`)).toEqual(
      ['start', 'abort'].map((verb) => `/runs/${bundle.planId}/${verb}`),
    )
  })
})

it('a page says nothing that a link has put into its address', async () => {
  const app = operated(await busy())
  const { text } = await page(app, '/?notice=%3Cb%3EYou%20must%20redrive%3C/b%3E')
  expect(text).not.toContain('You must redrive')
})
