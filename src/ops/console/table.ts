import { html } from 'hono/html'

import type { Markup } from './markup.ts'

export interface Table {
  caption: string
  head: readonly string[]
  rows: readonly (readonly Cell[])[]
  /** What is said where there is no row. */
  empty: string
}

type Cell = Markup | string | number

/** A table that scrolls sideways by itself where the window is narrow. */
export function tableOf({ caption, head, rows, empty }: Table): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((name, index) => html`<th scope="col" class="${classOf(rows[0]?.[index])}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td class="${classOf(cell)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function classOf(cell: Cell | undefined): string {
  return typeof cell === 'number' ? 'number' : ''
}
