import { html } from 'hono/html'

import { plainDuration } from '../../text/plain-time.ts'
import type { LoginAnswer } from '../access/login-desk.ts'
import { head, type Site } from '../layout.ts'
import type { Markup } from '../markup.ts'

export interface LoginPage {
  site: Site
  /** Where to go on. */
  to: string
  /** What came of the last try. */
  words: string
  name: string
  /** False: a proxy should have said who it is. */
  canLogIn: boolean
}

/** All that is shown to somebody whom the console does not know. */
export function loginPage({ site, to, words, name, canLogIn }: LoginPage): Markup {
  return html`<!doctype html>
    <html lang="en">
      ${head(site, 'Log in')}
      <body data-view="login">
        <header>
          <span class="brand">Ringback</span>
          ${site.label === undefined ? '' : html`<span class="label">${site.label}</span>`}
        </header>
        <main id="main" tabindex="-1">
          <h1>Log in</h1>
          ${words === '' ? '' : html`<p class="said wrong" role="alert">${words}</p>`}
          ${canLogIn ? form({ site, to, name }) : html`<p>${unnamed}</p>`}
        </main>
      </body>
    </html>`
}

const unnamed =
  'The proxy before this console did not say who you are. See RINGBACK_CONSOLE_USER_HEADER.'

function form({ site, to, name }: Pick<LoginPage, 'site' | 'to' | 'name'>): Markup {
  return html`<form class="ask" method="post" action="${site.basePath}login">
    <input type="hidden" name="to" value="${to}" />
    <p>
      <label for="name">Name</label>
      <input
        id="name"
        name="name"
        value="${name}"
        required
        maxlength="64"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
      />
    </p>
    <p>
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        required
        maxlength="512"
        autocomplete="current-password"
      />
    </p>
    <p><button>Log in</button></p>
  </form>`
}

export function loginWords(answer: Exclude<LoginAnswer, { kind: 'in' }>): string {
  switch (answer.kind) {
    case 'wrong':
      return 'Name or password is wrong.'
    case 'wait':
      return `There were too many wrong passwords. Try again in ${plainDuration(answer.waitMs)}.`
    case 'crowded':
      return 'Too many people are logging in at the moment. Try again.'
  }
}
