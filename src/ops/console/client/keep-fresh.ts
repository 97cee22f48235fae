interface ReadingEvent {
  at: string
  revision: string
  isAway: boolean
}

/** Without a word for so long, what is shown may be old. */
const silenceMs = 10_000
const triedAgainMs = 5_000

export interface Fresh {
  toggle: () => void
}

/** What is swapped when a page is asked for anew. The search stays as it is: somebody may be typing. */
const parts = ['#verdict', '#main']

/** Listens while the page is seen. `onFresh`: new content has been put in. */
export function keepFresh(onFresh: () => void): Fresh {
  const { body } = document
  const button = document.querySelector<HTMLButtonElement>('#pause')
  let source: EventSource | undefined
  let isPaused = false
  let heardAtMs = Date.now()

  const listen = () => {
    source?.close()
    source = undefined
    if (isPaused || document.hidden) {
      say(isPaused ? 'Paused.' : '', 'still')
      return
    }
    source = new EventSource(body.dataset['events'] ?? 'events')
    heardAtMs = Date.now()
    source.addEventListener('error', () => {
      // A browser tries again by itself, but not after an answer that is no stream: a full console, a proxy that found none.
      if (source?.readyState !== EventSource.CLOSED) return
      say(
        'Not live: the console does not answer, or too many pages are open. It is tried again.',
        'stale',
      )
      setTimeout(() => {
        void renew().catch(() => false)
        listen()
      }, triedAgainMs)
    })
    source.addEventListener('reading', ({ data }) => void hear(readingIn(String(data))))
  }

  const hear = async (reading: ReadingEvent | undefined) => {
    if (reading === undefined) return
    heardAtMs = Date.now()
    noteReadAt(reading.at)
    onFresh()
    say(reading.isAway ? 'Redis is away.' : 'Live.', reading.isAway ? 'stale' : 'live')
    // How late the oldest is, and how fast it goes, is never the same twice.
    const isMoving =
      body.dataset['view'] === 'overview' ||
      document.querySelector('[data-moving=running], [data-moving=waiting]') !== null
    if (!isMoving && reading.revision === body.dataset['revision']) return
    // Where it does not come, it is asked for with the next reading.
    if (!(await renew().catch(() => false))) return
    body.dataset['revision'] = reading.revision
    onFresh()
  }

  const toggle = () => {
    isPaused = !isPaused
    button?.setAttribute('aria-pressed', String(isPaused))
    listen()
  }

  button?.addEventListener('click', toggle)
  document.addEventListener('visibilitychange', listen)
  setInterval(() => {
    const silentMs = Date.now() - heardAtMs
    if (source === undefined || silentMs < silenceMs) return
    say(
      `No word from the console for ${Math.round(silentMs / 1_000)} s: what is shown is old.`,
      'stale',
    )
  }, 1_000)
  if (document.querySelector('#live') !== null) listen()
  return { toggle }
}

function say(words: string, state: 'live' | 'still' | 'stale'): void {
  const live = document.querySelector<HTMLElement>('#live')
  const text = document.querySelector<HTMLElement>('#liveness')
  if (live === null || text === null) return
  live.dataset['state'] = state
  document.body.classList.toggle('stale', state === 'stale')
  if (text.textContent !== words) text.textContent = words
}

function noteReadAt(at: string): void {
  const time = document.querySelector<HTMLTimeElement>('#live time')
  if (time !== null) time.dateTime = at
}

function readingIn(data: string): ReadingEvent | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return isReading(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isReading(value: unknown): value is ReadingEvent {
  return typeof value === 'object' && value !== null && 'revision' in value && 'isAway' in value
}

/** Asks for this very page, and puts its parts in place of what is shown. What a search has found is no page of its own. */
async function renew(): Promise<boolean> {
  if (document.querySelector('[data-still]') !== null) return true
  if (isBeingFilled()) return false
  const answer = await fetch(location.href, {
    headers: { accept: 'text/html', 'x-ringback-live': '1' },
  })
  // Who is logged in no longer is asked who he is.
  if (answer.status === 401) location.reload()
  // Our own pages say by their status that Redis is away; a proxy's are not ours.
  if (answer.headers.get('content-security-policy') === null) return false
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  document.title = fresh.title
  // Somebody may have begun to fill a form while it came.
  if (isBeingFilled()) return false
  const [focused, unfolded] = [focusOf(), unfoldedOf()]
  for (const part of parts) {
    const [old, next] = [document.querySelector(part), fresh.querySelector(part)]
    if (old !== null && next !== null) old.replaceWith(document.importNode(next, true))
  }
  unfolded()
  focused?.()
  return true
}

/** What somebody has written, and not sent yet, is not taken away from him. */
function isBeingFilled(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLSelectElement>(
    '#main form :is(input, select, textarea)',
  )
  return [...fields].some((field) => field === document.activeElement || isChanged(field))
}

function isChanged(field: HTMLInputElement | HTMLSelectElement): boolean {
  if (field instanceof HTMLSelectElement) {
    const chosen = [...field.options].findIndex(({ defaultSelected }) => defaultSelected)
    return field.selectedIndex !== Math.max(0, chosen)
  }
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked
}

/** Tables that somebody has unfolded stay so. */
function unfoldedOf(): () => void {
  const folds = () => [...document.querySelectorAll<HTMLDetailsElement>('#main details')]
  const open = folds().map((each) => each.open)
  return () => folds().forEach((each, at) => (each.open = open[at] ?? false))
}

/** Whoever goes through a table by keyboard goes on where he was. */
function focusOf(): (() => void) | undefined {
  const { activeElement } = document
  const main = document.querySelector('#main')
  if (activeElement === null || main?.contains(activeElement) !== true) return undefined
  const at = focusable(main).indexOf(activeElement)
  return () => {
    const next = document.querySelector('#main')
    const element = next === null ? undefined : focusable(next)[at]
    if (element instanceof HTMLElement) element.focus({ preventScroll: true })
  }
}

function focusable(within: Element): Element[] {
  return [...within.querySelectorAll('a, button, input, [tabindex="0"]')]
}
