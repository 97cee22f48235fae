import { html } from 'hono/html'

import type { Markup } from '../markup.ts'
import type { Field, Question } from './action.ts'

export interface AskedQuestion {
  question: Question
  basePath: string
  /** Where the form goes: the address that it is shown at. */
  action: string
  /** What was wrong with what was sent; empty at first. */
  problem: string
  /** What was sent, so that nobody has to write it again. */
  sent: Field
}

/** The form of an action. What stands in it is not renewed meanwhile. */
export function questionPage({ question, basePath, action, problem, sent }: AskedQuestion): Markup {
  const { title, notes, fields, button, command, back } = question
  return html`<h1 data-still>${title}</h1>
    ${problem === '' ? '' : html`<p class="said wrong" role="alert">${problem} Nothing was done.</p>`}
    ${notes.map((note) => html`<p>${note}</p>`)}
    <form class="ask" method="post" action="${action}">
      ${fields.map((field) => field(sent))}
      <p><button>${button}</button> <a href="${basePath}${back}">Back</a></p>
    </form>
    <p class="command">The same on the command line: <code>${command}</code></p>`
}
