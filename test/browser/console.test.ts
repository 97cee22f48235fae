/** The console in a browser: real processes, real keys, and what a screen reader would find. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { addConsoleUser } from '../../src/ops/operations/console-users/change-users.ts'
import { plan } from '../integration/ops/support/runs.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { letManyDie } from '../support/dead-letters.ts'
import { callbacksIn } from '../support/partitions.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import type { RingbackProcess } from '../support/process.ts'
import { noBreaker } from '../support/no-breaker.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'
import { launch, missing, openPage, patience, startConsole, violationsIn } from './in-browser.ts'

describe.skipIf(missing !== '')(`the console in a browser${missing}`, { timeout: 60_000 }, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  const open = (url: string, colorScheme?: 'light' | 'dark') => openPage(browser, url, colorScheme)

  async function busy(): Promise<{ bundle: Bundle; worker: RingbackProcess; url: string }> {
    const bundle = await setup()
    const worker = await startWorkerProcess(bundle)
    bundle.sandbox.setFaults([{ do: 'refuse', match: { callId: 'dies' } }])
    for (const id of ['booked', 'dies']) await bundle.producer.enqueue(sampleCallback(id))
    await bundle.producer.enqueue({ ...sampleCallback('waits'), delay: '1h' })
    await resultsOfAll(bundle, ['booked', 'dies'])
    const { url } = await startConsole(bundle)
    return { bundle, worker, url }
  }

  const figure = (page: Page, label: string) =>
    page.locator('.figures div', { has: page.locator('dt', { hasText: label }) }).locator('dd')

  it.each(['light', 'dark'] as const)('can be read by everybody, in %s', async (scheme) => {
    const { url } = await busy()
    const page = await open(url, scheme)
    for (const path of [
      '',
      'waiting',
      'dead-letters',
      'results',
      'runs',
      'callbacks/dies',
      'none',
    ]) {
      await page.goto(`${url}${path}`)
      expect({ path, violations: await violationsIn(page) }).toEqual({ path, violations: [] })
    }
  })

  it('shows what happens without being reloaded', async () => {
    const { bundle, url } = await busy()
    const [one, another] = [await open(url), await open(url)]
    await bundle.producer.enqueue({ ...sampleCallback('more'), delay: '1h' })
    for (const page of [one, another]) {
      await expect
        .poll(() => figure(page, 'Waiting for their time').innerText(), patience)
        .toMatch(/^2\n/)
    }
  })

  it('says that no worker is alive once it was killed and callbacks wait', async () => {
    const { worker, url } = await busy()
    const page = await open(url)
    await worker.kill()
    const verdict = page.locator('#verdict')
    await expect
      .poll(() => verdict.innerText(), { timeout: 40_000 })
      .toContain('no worker is alive')
    expect(await page.title()).toMatch(/^\(2\) /)
  })

  it('says that Redis is away, and goes on when it is back', async () => {
    const redis = await startPrivateRedis()
    const bundle = await setup({ redisUrl: redis.url })
    const { url } = await startConsole(bundle)
    const page = await open(url)
    await redis.kill()
    const verdict = page.locator('#verdict')
    await expect.poll(() => verdict.innerText(), patience).toContain('Redis cannot be asked')
    await redis.restart()
    await expect.poll(() => verdict.innerText(), patience).toBe('No worker is alive.')
  })

  it('says that what it shows is old when the console is gone', async () => {
    const bundle = await setup()
    const { console, url } = await startConsole(bundle)
    const page = await open(url)
    await expect.poll(() => page.locator('#live').getAttribute('data-state'), patience).toBe('live')
    await console.kill()
    const liveness = page.locator('#liveness')
    await expect.poll(() => liveness.innerText(), patience).toContain('what is shown is old')
  })

  it('is used with the keyboard alone', async () => {
    const { url } = await busy()
    const page = await open(url)
    await page.keyboard.press('/')
    await page.keyboard.type('waits')
    await page.keyboard.press('Enter')
    await page.waitForURL(/callbacks\/waits/)
    expect(await page.locator('h1').innerText()).toBe('waits')
    await page.keyboard.press('3')
    await page.waitForURL(/dead-letters/)
    await page.keyboard.press('u')
    expect(await page.locator('td time').first().innerText()).toMatch(/ UTC[+-]\d\d:\d\d$/)
    await page.keyboard.press('p')
    expect(await page.locator('#pause').getAttribute('aria-pressed')).toBe('true')
  })

  it('goes through a list by keys, which say what they do and can be switched off', async () => {
    const { bundle, url } = await busy()
    await bundle.producer.enqueue({ ...sampleCallback('later'), delay: '2h' })
    const page = await open(`${url}waiting`)
    const focused = () => page.evaluate('document.activeElement.textContent')
    const rows = page.locator('tbody tr')
    await expect.poll(() => rows.count(), patience).toBe(2)
    await page.keyboard.press('k')
    expect(await focused()).toBe('later')
    await page.keyboard.press('k')
    expect(await focused()).toBe('waits')
    await page.keyboard.press('Control+j')
    expect(await focused()).toBe('waits')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/callbacks\/later/)

    await page.keyboard.press('?')
    expect(await page.locator('#keys').isVisible()).toBe(true)
    expect(await violationsIn(page)).toEqual([])
    await page.keyboard.press('3')
    await page.locator('#keys-on').uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('3')
    expect(page.url()).toContain('callbacks/later')
    await page.keyboard.press('?')
    await page.locator('#keys-on').check()
    await page.keyboard.press('Escape')
    await page.keyboard.press('3')
    await page.waitForURL(/dead-letters/)
  })

  it('leaves alone what somebody is about to filter by, and filters without a script too', async () => {
    const { bundle, url } = await busy()
    const page = await open(`${url}dead-letters`)
    await page.locator('[name=code]').fill('http')
    await page.keyboard.press('3')
    await bundle.producer.enqueue({ ...sampleCallback('more'), delay: '1h' })
    await expect.poll(() => page.locator('#live').getAttribute('data-state'), patience).toBe('live')
    expect(await page.locator('[name=code]').inputValue()).toBe('http3')

    const context = await browser.newContext({ javaScriptEnabled: false })
    onTestFinished(() => context.close())
    const plain = await context.newPage()
    await plain.goto(`${url}dead-letters`)
    await plain.locator('[name=reason]').selectOption('expired')
    await plain.locator('.filter button').click()
    expect(plain.url()).toContain('reason=expired')
    expect(await plain.locator('.empty').innerText()).toBe('None fits.')
    await plain.locator('.kinds a').first().click()
    expect(await plain.locator('tbody tr').count()).toBe(1)
  })

  it('needs no script to be read, and no more than 320 pixels', async () => {
    const { url } = await busy()
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 320, height: 640 },
    })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(url)
    expect(await figure(page, 'Dead letters').innerText()).toMatch(/^1\nthe oldest has waited for /)
    await page.locator('#search').fill('booked')
    await page.locator('.search button').click()
    expect(await page.locator('h1').innerText()).toBe('booked')
    const scripted = await browser.newContext({ viewport: { width: 320, height: 640 } })
    onTestFinished(() => scripted.close())
    const narrow = await scripted.newPage()
    for (const path of ['', 'dead-letters', 'callbacks/dies']) {
      await narrow.goto(`${url}${path}`)
      const width = await narrow.evaluate('document.documentElement.scrollWidth')
      expect({ path, width }).toEqual({ path, width: 320 })
    }
  })

  it('shows a destination in partitions as one, to everybody, and in rows of some lines on a phone', async () => {
    const bundle = await setup({ destination: { partitions: 2, breaker: noBreaker } })
    bundle.sandbox.setFaults([{ do: 'refuse' }])
    bundle.startWorker()
    const dying = [0, 1].flatMap((place) => callbacksIn(place, 2, { count: 2, prefix: 'dies' }))
    for (const callback of dying) await bundle.producer.enqueue(callback)
    for (const { id } of dying) await bundle.producer.waitForEnd(id)
    const { url } = await startConsole(bundle)
    const page = await open(url)
    expect(await figure(page, 'Dead letters').innerText()).toMatch(/^4\n/)
    for (const path of ['', 'waiting', 'dead-letters', 'results', 'log']) {
      await page.goto(`${url}${path}`)
      expect({ path, violations: await violationsIn(page) }).toEqual({ path, violations: [] })
    }
    await page.goto(url)
    await page.getByRole('link', { name: 'default/1' }).click()
    await page.waitForURL(/waiting\?destination=default%2F1/)
    await page.getByRole('link', { name: 'Dead letters' }).click()
    const rows = page.locator('tbody tr')
    expect(await rows.count()).toBe(4)
    await page.setViewportSize({ width: 320, height: 640 })
    const { height = Infinity } = (await rows.first().boundingBox()) ?? {}
    expect(height).toBeLessThan(120)
  })

  async function operated(count = 1) {
    const bundle = await setup({ destination: { breaker: noBreaker } })
    const letters = await letManyDie(bundle, count, { prefix: 'dies' })
    await bundle.producer.enqueue({ ...sampleCallback('waits'), delay: '1h' })
    const { url } = await startConsole(bundle, { RINGBACK_CONSOLE_ACCESS: 'operate' })
    return { bundle, url, letters }
  }

  it('asks before it acts, on pages that can be read by everybody', async () => {
    const { bundle, url } = await operated()
    const { id } = await plan(bundle, 'redrive')
    const page = await open(url)
    for (const path of [
      ...['redrive', 'discard', 'resolve'].map((verb) => `callbacks/dies-1/${verb}`),
      ...['cancel', 'reschedule'].map((verb) => `callbacks/waits/${verb}`),
      ...['control/pause', 'control/resume', 'control/rate', 'plans/redrive', 'plans/discard'],
      ...['start', 'pause', 'resume', 'abort'].map((verb) => `runs/${id}/${verb}`),
      ...['', 'dead-letters', 'callbacks/dies-1', `runs/${id}`, 'log'],
    ]) {
      await page.goto(`${url}${path}`)
      expect({ path, violations: await violationsIn(page) }).toEqual({ path, violations: [] })
    }
  })

  /** Goes on by Tab until what has the focus says so. */
  async function tabTo(page: Page, words: string) {
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab')
      const focused = page.locator(':focus')
      if ((await focused.count()) > 0 && (await focused.innerText()).trim() === words) return
    }
    throw new Error(`the keyboard does not come to ${words}`)
  }

  it('redrives a dead letter with the keyboard alone', async () => {
    const { bundle, url } = await operated()
    const page = await open(`${url}dead-letters`)
    await tabTo(page, 'dies-1')
    await page.keyboard.press('Enter')
    await page.waitForURL(/callbacks\/dies-1/)
    await tabTo(page, 'Redrive…')
    await page.keyboard.press('Enter')
    await page.waitForURL(/redrive/)
    await tabTo(page, 'Redrive')
    await page.keyboard.press('Enter')
    const said = page.locator('.said')
    await expect.poll(() => said.innerText(), patience).toBe('dies-1: redriven.')
    expect(await violationsIn(page)).toEqual([])
    bundle.startWorker()
    const state = page.locator('.state').first()
    await expect.poll(() => state.innerText(), patience).toBe('booked')
  })

  it('sends many by a plan, and shows how far it is', async () => {
    const { bundle, url } = await operated(60)
    const page = await open(`${url}dead-letters`)
    await page.getByRole('link', { name: 'Redrive many…' }).click()
    await page.getByRole('button', { name: 'Make the plan' }).click()
    const kinds = page.getByRole('region', { name: 'Which they are' })
    expect(await kinds.innerText()).toMatch(/reason\s+refused\s+60/)
    expect(await violationsIn(page)).toEqual([])
    await page.getByRole('link', { name: 'Start…' }).click()
    await page.getByLabel('Type the number of callbacks: 60').fill('60')
    await page.getByLabel('Rate').fill('8/s')
    await page.getByRole('button', { name: 'Redrive 60' }).click()
    const state = page.locator('.state').first()
    await expect.poll(() => state.innerText(), patience).toBe('running')
    expect(await violationsIn(page)).toEqual([])
    bundle.startWorker()
    const progress = page.locator('#progress')
    const seen = new Set<string | null>()
    await expect
      .poll(
        async () => {
          seen.add(await progress.getAttribute('value'))
          return state.innerText()
        },
        { timeout: 40_000 },
      )
      .toBe('done')
    expect(await progress.getAttribute('value')).toBe('60')
    // It moved by itself on the way there.
    expect(seen.size).toBeGreaterThan(2)
  })

  it('acts without a script', async () => {
    const { url } = await operated()
    const context = await browser.newContext({ javaScriptEnabled: false })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(url)
    await page.getByRole('link', { name: 'Pause…' }).click()
    await page.getByLabel('Why').fill('maintenance')
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    expect(await page.locator('.said').innerText()).toBe('default: dispatch is paused.')
    // Again it only shows it.
    await page.reload()
    await page.goto(`${url}log`)
    expect(await page.locator('tbody tr').count()).toBe(1)
    expect(await page.locator('tbody').innerText()).toContain('maintenance')
  })

  it('asks who it is, and lets in by name, at an address that is not this machine’s', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ringback-users-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'users')
    await addConsoleUser({ file, name: 'ada', role: 'operate', password: 'correct horse' })
    const { url: local } = await startConsole(await setup(), {
      RINGBACK_CONSOLE_USERS_FILE: file,
      RINGBACK_CONSOLE_NAME: 'console.test',
    })
    const url = local.replace('127.0.0.1', 'console.test')
    const page = await open(`${url}runs`)
    expect(await violationsIn(page)).toEqual([])
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill('wrong horse')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.locator('.said').innerText(), patience)
      .toBe('Name or password is wrong.')
    await page.getByLabel('Password').fill('correct horse')
    await page.keyboard.press('Enter')
    await page.waitForURL(/runs$/)
    expect(await page.locator('.who').first().innerText()).toContain('ada (may act)')
    expect(await violationsIn(page)).toEqual([])
    await page.getByRole('button', { name: 'Log out' }).click()
    await expect.poll(() => page.locator('h1').innerText(), patience).toBe('Log in')
  })
})
