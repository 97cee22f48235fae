/** Who is let in by the console, over real connections. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'

import { afterAll, describe, expect, it, onTestFinished } from 'vitest'

import { readAccess } from '../../../src/ops/console/access/read-access.ts'
import { longestRestMs } from '../../../src/ops/console/access/sessions.ts'
import { startConsole } from '../../../src/ops/console/console-server.ts'
import { addConsoleUser } from '../../../src/ops/operations/console-users/change-users.ts'
import { readConsoleConfig } from '../../../src/shared/config/load.ts'
import { systemClock, type Clock } from '../../../src/shared/time/clock.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'
import { runCommand } from './support/cli.ts'
import { consoleOptions } from './support/console.ts'

const password = 'correct horse'

const folder = await mkdtemp(join(tmpdir(), 'ringback-users-'))
afterAll(() => rm(folder, { recursive: true }))
const file = join(folder, 'users')
await addConsoleUser({ file, name: 'ada', role: 'operate', password })
await addConsoleUser({ file, name: 'bob', role: 'view', password })
const guarded = { RINGBACK_CONSOLE_USERS_FILE: file }

async function serving(env: Record<string, string>, clock: Clock = systemClock) {
  const config = readConsoleConfig({ RINGBACK_CONSOLE_PORT: '0', ...env })
  const access = await readAccess({ config, localName: 'eve@here', clock })
  const options = consoleOptions(redisUrl(), freshNamespace())
  const served = await startConsole({ ...options, ...config, access, clock })
  onTestFinished(() => served.close())
  return served.url
}

function get(url: string, headers: Record<string, string> = {}) {
  return fetch(url, { headers, redirect: 'manual' })
}

interface Form {
  fields: Record<string, string>
  headers?: Record<string, string>
}

function post(url: string, { fields, headers = {} }: Form) {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
  })
}

function logIn(url: string, fields: Record<string, string> = {}) {
  return post(`${url}login`, { fields: { name: 'ada', password, to: '/', ...fields } })
}

async function cookieOf(url: string, name = 'ada'): Promise<{ cookie: string }> {
  const answer = await logIn(url, { name })
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';')
  return { cookie }
}

/** A clock that is ahead of the machine’s by as much as it is told. */
function movableClock() {
  let aheadMs = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
  return { clock, move: (ms: number) => (aheadMs += ms) }
}

describe('a console with users', { timeout: 60_000 }, () => {
  it('shows nothing to whom it does not know, but that it lives', async () => {
    const url = await serving(guarded)
    for (const path of ['', 'dead-letters', 'callbacks/one', 'runs', 'nowhere']) {
      const answer = await get(`${url}${path}`)
      const text = await answer.text()
      expect({ path, status: answer.status }).toEqual({ path, status: 401 })
      expect(text).toContain('<h1>Log in</h1>')
      expect(text).not.toContain('aria-label="Views"')
    }
    expect((await get(`${url}events`)).status).toBe(401)
    expect((await post(`${url}search`, { fields: { q: 'one' } })).status).toBe(401)
    expect(await (await get(`${url}healthz`)).json()).toEqual({ alive: true })
  })

  it('lets in who knows the password, leads to the page that was asked for, and says who it is', async () => {
    const url = await serving(guarded)
    const asked = await (await get(`${url}dead-letters?destination=default`)).text()
    expect(asked).toContain('name="to" value="/dead-letters?destination=default"')
    const answer = await logIn(url, { to: '/dead-letters?destination=default' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/dead-letters?destination=default')
    expect(answer.headers.get('set-cookie')).toMatch(
      /^ringback-session=[\w-]{32}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(await (await get(url, await cookieOf(url))).text()).toContain('ada (may act)')
    expect(await (await get(url, await cookieOf(url, 'bob'))).text()).toContain('bob (only looks)')
  })

  it('gives a cookie for TLS alone where the proxy speaks it', async () => {
    const url = await serving(guarded)
    const headers = { 'x-forwarded-proto': 'https' }
    const answer = await post(`${url}login`, { fields: { name: 'ada', password }, headers })
    expect(answer.headers.get('set-cookie')).toContain('; Secure;')
  })

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '',
  ])('leads nowhere else after the login: %s', async (to) => {
    const url = await serving(guarded)
    expect((await logIn(url, { to })).headers.get('location')).toBe('/')
  })

  it('lets nobody in with a wrong password, and slows who goes on', async () => {
    const clock: Clock = { ...systemClock, now: () => 1_800_000_000_000 }
    const url = await serving(guarded, clock)
    const wrong = { password: 'wrong horse' }
    for (let time = 0; time < 5; time += 1) expect((await logIn(url, wrong)).status).toBe(401)
    const slowed = await logIn(url)
    expect(slowed.status).toBe(429)
    expect(slowed.headers.get('retry-after')).toBe('1')
    expect(slowed.headers.get('set-cookie')).toBeNull()
    expect(await slowed.text()).toContain('Try again in')
  })

  it('takes no login from a page of somebody else', async () => {
    const url = await serving(guarded)
    const headers = { 'sec-fetch-site': 'cross-site' }
    const fields = { name: 'ada', password }
    expect((await post(`${url}login`, { fields, headers })).status).toBe(403)
  })

  it('knows nobody any more who has logged out', async () => {
    const url = await serving(guarded)
    const cookie = await cookieOf(url)
    expect((await get(url, cookie)).status).toBe(200)
    await post(`${url}logout`, { fields: {}, headers: cookie })
    expect((await get(url, cookie)).status).toBe(401)
  })

  it('is not kept open by a page that keeps itself fresh', async () => {
    const { clock, move } = movableClock()
    const url = await serving(guarded, clock)
    const cookie = await cookieOf(url)
    move(longestRestMs - 60_000)
    expect((await get(url, { ...cookie, 'x-ringback-live': '1' })).status).toBe(200)
    const events = await get(`${url}events`, cookie)
    expect(events.status).toBe(200)
    move(60_000)
    // It ends by itself: whoever may not look is told nothing more.
    expect(await events.text()).toContain('event: reading')
    expect((await get(url, cookie)).status).toBe(401)
  })
})

describe('a console behind a proxy that is trusted', () => {
  const proxies = { RINGBACK_CONSOLE_PROXIES: '127.0.0.1', RINGBACK_CONSOLE_USER_HEADER: 'X-User' }

  it('takes its word for who somebody is, and the role from the users file', async () => {
    const url = await serving({ ...guarded, ...proxies })
    expect(await (await get(url, { 'x-user': 'ada' })).text()).toContain('ada (may act)')
    expect(await (await get(url, { 'x-user': 'eve' })).text()).toContain('eve (only looks)')
    expect((await get(url)).status).toBe(401)
  })

  it('lets nobody in without a name where there are no users', async () => {
    const url = await serving(proxies)
    const answer = await get(url)
    expect(answer.status).toBe(401)
    expect(await answer.text()).toContain('did not say who you are')
  })

  it('does not take the word of anybody else', async () => {
    const url = await serving({ ...proxies, RINGBACK_CONSOLE_PROXIES: '192.0.2.1' })
    expect((await get(url, { 'x-user': 'ada' })).status).toBe(401)
  })
})

describe('a console that knows nobody', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'ringback.example.com'])(
    'refuses to listen at %s',
    (RINGBACK_CONSOLE_HOST) => {
      expect(() => readConsoleConfig({ RINGBACK_CONSOLE_HOST })).toThrow(
        'RINGBACK_CONSOLE_HOST: is not an address of this machine alone',
      )
    },
  )

  it('listens there once there are users', () => {
    const env = { ...guarded, RINGBACK_CONSOLE_HOST: '0.0.0.0' }
    expect(readConsoleConfig(env).host).toBe('0.0.0.0')
  })

  it('does not start with a users file, or proxies, that it cannot read', async () => {
    await expect(serving({ RINGBACK_CONSOLE_USERS_FILE: '/nowhere' })).rejects.toThrow(
      'names a file that does not exist',
    )
    await expect(serving({ RINGBACK_CONSOLE_PROXIES: '10.0.0.0/99' })).rejects.toThrow(
      'RINGBACK_CONSOLE_PROXIES: must be addresses',
    )
  })
})

it('is given users, and loses them, by commands that read passwords from the standard input', async () => {
  const env = { RINGBACK_CONSOLE_USERS_FILE: join(folder, 'others') }
  const run = (text: string, ...args: string[]) =>
    runCommand({ env, stdin: Readable.from([text]) }, 'console', 'users', ...args)
  expect((await run('long enough\n', 'add', 'eve', 'view')).status).toBe(0)
  const { stdout } = await run('', 'list', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ users: [{ name: 'eve', role: 'view' }] })
  expect((await run('short\n', 'add', 'max', 'view')).status).toBe(2)
  expect((await run('', 'add', 'max', 'view', 'long enough')).status).toBe(2)
  expect((await run('', 'remove', 'eve')).status).toBe(0)
  expect((await run('', 'remove', 'eve')).status).toBe(1)
})
