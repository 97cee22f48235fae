import { html } from 'hono/html'

import type { State } from '../../../shared/contract/states.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { RunState } from '../../../shared/store/runs/run-kinds.ts'
import type { Markup } from '../markup.ts'
import { queryOf } from './action.ts'

interface About {
  basePath: string
  destination: string
}

/** What may be done to a callback in its state. The scripts decide once more. */
export function callbackLinks(
  { id, state, reason }: { id: string; state: State; reason?: string | undefined },
  about: About,
): Markup {
  return section(
    verbsOf(state, reason).map((verb) => ({
      words: verb,
      path: `callbacks/${encodeURIComponent(id)}/${verb}`,
    })),
    about,
  )
}

function verbsOf(state: State, reason: string | undefined): string[] {
  if (state === 'dead')
    return ['redrive', 'discard', ...(reason === 'uncertain' ? ['resolve'] : [])]
  if (state === 'booked' || state === 'cancelled') return []
  return state === 'attempting' ? ['cancel'] : ['cancel', 'reschedule']
}

const decisionsOf: Record<RunState, readonly string[]> = {
  planned: ['start', 'abort'],
  running: ['pause', 'abort'],
  waiting: ['pause', 'abort'],
  paused: ['resume', 'abort'],
  done: [],
  aborted: [],
}

interface Decidable {
  id: string
  state: RunState
  counts: { selected: number }
}

/** A plan that selects nothing can be dropped, and not started. */
export function runLinks({ id, state, counts }: Decidable, about: About): Markup {
  const decisions = decisionsOf[state].filter((verb) => verb !== 'start' || counts.selected > 0)
  return section(
    decisions.map((verb) => ({
      words: verb,
      path: `runs/${encodeURIComponent(id)}/${verb}`,
    })),
    about,
  )
}

export function planLinks(about: About): Markup {
  return section(
    [
      { words: 'redrive many', path: 'plans/redrive' },
      { words: 'discard many', path: 'plans/discard' },
    ],
    about,
  )
}

/** Of every destination. */
export function controlLinks(basePath: string, destinations: readonly string[]): Markup {
  const about = destinations.map((destination) => ({ basePath, destination }))
  return html`${about.map((each) =>
    section(
      [
        { words: 'pause', path: 'control/pause' },
        { words: 'resume', path: 'control/resume' },
        { words: 'rate', path: 'control/rate' },
      ],
      each,
    ),
  )}`
}

interface Link {
  words: string
  path: string
}

function section(links: readonly Link[], { basePath, destination }: About): Markup {
  if (links.length === 0) return html``
  return html`<nav class="acts" aria-label="What may be done: ${printable(destination)}">
    <span>${printable(destination)}:</span>
    ${links.map(
      ({ words, path }) =>
        html`<a class="act" href="${basePath}${path}${queryOf({ destination })}"
          >${words.slice(0, 1).toUpperCase()}${words.slice(1)}…</a
        > `,
    )}
  </nav>`
}
