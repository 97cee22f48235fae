import { html } from 'hono/html'

import type { Markup } from '../markup.ts'

const keys: readonly (readonly [string, string])[] = [
  ['/', 'goes to the search'],
  ['1 … 5', 'goes to a view'],
  ['j, k', 'goes to the next row of a list, and to the one before'],
  ['Enter', 'opens the row'],
  ['p', 'pauses what is live, and goes on'],
  ['u', 'shows times in UTC, or in your own zone with its offset'],
  ['?', 'shows this'],
]

/** Is opened by a script: without one there are no such keys. */
export function keysDialog(): Markup {
  return html`<dialog id="keys" aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl>
      ${keys.map(
        ([key, does]) =>
          html`<dt><kbd>${key}</kbd></dt>
            <dd>${does}</dd>`,
      )}
    </dl>
    <p>
      <label class="tick"
        ><input type="checkbox" id="keys-on" checked autocomplete="off" /> Single keys act on the
        page</label
      >
    </p>
    <form method="dialog"><button>Close</button></form>
  </dialog>`
}
