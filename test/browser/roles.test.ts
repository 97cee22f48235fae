/** What somebody who is logged in can do to one callback, by its own page, and what somebody who may only look cannot. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { addConsoleUser } from '../../src/ops/operations/console-users/change-users.ts'
import { ask } from '../integration/ops/support/runs.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { letManyDie } from '../support/dead-letters.ts'
import { noBreaker } from '../support/no-breaker.ts'
import { setup } from '../support/ringback.ts'
import { launch, missing, openPage, patience, startConsole, violationsIn } from './in-browser.ts'

const password = 'correct horse'

interface Audited {
  entries: { who: string; face: string; action: string; reason?: string }[]
}

describe.skipIf(missing !== '')(`roles in a browser${missing}`, { timeout: 120_000 }, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  /** Dead letters of both kinds, callbacks that wait, and a console with a user of each role. */
  async function guarded() {
    const bundle = await setup({ destination: { breaker: noBreaker, onUncertain: 'hold' } })
    await letManyDie(bundle, 2, { prefix: 'dies' })
    await letManyDie(bundle, 1, { prefix: 'doubt', fault: { do: 'cut', when: 'after' } })
    for (const id of ['waits-1', 'waits-2']) {
      await bundle.producer.enqueue({ ...sampleCallback(id), delay: '1h' })
    }
    const folder = await mkdtemp(join(tmpdir(), 'ringback-users-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'users')
    await addConsoleUser({ file, name: 'vera', role: 'view', password })
    await addConsoleUser({ file, name: 'otto', role: 'operate', password })
    const { url } = await startConsole(bundle, { RINGBACK_CONSOLE_USERS_FILE: file })
    return { bundle, url }
  }

  async function logIn(url: string, name: string): Promise<Page> {
    const page = await openPage(browser, url)
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.who').first().innerText(), patience).toContain(name)
    return page
  }

  interface Deed {
    id: string
    verb: string
    button: string
    fill?: (page: Page) => Promise<void>
    said: string
  }

  const deeds: readonly Deed[] = [
    {
      id: 'waits-1',
      verb: 'Cancel',
      button: 'Cancel the callback',
      said: 'waits-1: cancelled.',
    },
    {
      id: 'waits-2',
      verb: 'Reschedule',
      button: 'Reschedule',
      fill: async (page) => {
        await page.getByLabel('So long from now').check()
        await page.getByLabel('So long', { exact: true }).fill('2h')
      },
      said: 'waits-2: moved.',
    },
    {
      id: 'dies-1',
      verb: 'Redrive',
      button: 'Redrive',
      said: 'dies-1: redriven.',
    },
    {
      id: 'dies-2',
      verb: 'Discard',
      button: 'Discard',
      said: 'dies-2: discarded.',
    },
    {
      id: 'doubt-1',
      verb: 'Resolve',
      button: 'Resolve',
      fill: async (page) => {
        await page.getByLabel('Yes, as this ContactRequest').check()
        await page.getByLabel('ContactRequest', { exact: true }).fill('0TzLT00000000w50AA')
      },
      said: 'doubt-1: booked.',
    },
  ]

  it('lets an operator do each thing to a callback by its page, asks first, and says what came of it', async () => {
    const { bundle, url } = await guarded()
    bundle.startWorker()
    const page = await logIn(url, 'otto')
    for (const { id, verb, button, fill, said } of deeds) {
      await page.goto(`${url}callbacks/${id}`)
      await page.getByRole('link', { name: `${verb}…` }).click()
      await page.waitForURL(new RegExp(`/${verb.toLowerCase()}`))
      expect(await page.locator('.command').innerText()).toContain(id)
      await fill?.(page)
      await page.getByLabel('Why').fill('asked for')
      await page.getByRole('button', { name: button, exact: true }).click()
      await expect.poll(() => page.locator('.said').innerText(), patience).toBe(said)
      expect(page.url()).toContain(`callbacks/${id}`)
      expect({ id, violations: await violationsIn(page) }).toEqual({ id, violations: [] })
    }
    const { entries } = await ask<Audited>(bundle, 'audit')
    expect(entries.map(({ who, face, action, reason }) => ({ who, face, action, reason }))).toEqual(
      deeds
        .map(({ verb }) => verb.toLowerCase())
        .toReversed()
        .map((action) => ({ who: 'otto', face: 'console', action, reason: 'asked for' })),
    )
  })

  it('shows no way to act to somebody who may only look, and refuses what he sends all the same', async () => {
    const { bundle, url } = await guarded()
    const page = await logIn(url, 'vera')
    expect(await page.locator('.who').first().innerText()).toContain('vera (only looks)')
    for (const { id, verb } of deeds) {
      await page.goto(`${url}callbacks/${id}`)
      expect(await page.locator('h1').innerText()).toBe(id)
      expect(await page.locator('.act').count()).toBe(0)
      const path = `${url}callbacks/${id}/${verb.toLowerCase()}`
      expect((await page.goto(path))?.status()).toBe(403)
      expect(await page.locator('main form').count()).toBe(0)
      expect(await sentFrom(page, path)).toBe(403)
    }
    expect((await ask<Audited>(bundle, 'audit')).entries).toEqual([])
  })

  /** As the form would send it, from a page of the console's own and with its cookie. */
  function sentFrom(page: Page, path: string): Promise<unknown> {
    const fields = 'when=now&was=not-booked&reason=so'
    return page.evaluate(
      `fetch(${JSON.stringify(path)}, { method: 'POST', body: new URLSearchParams('${fields}') }).then(({ status }) => status)`,
    )
  }
})
