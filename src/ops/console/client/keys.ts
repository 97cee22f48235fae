/**
 * Keys of the page, where nobody types: `/` for the search, `1` to `6` for the views, and those that are given. None while a dialog
 * is open, and none but `?` for whoever has switched them off: who speaks to his machine says many letters.
 */
export function listenToKeys(
  actions: Readonly<Record<string, () => void>>,
  areOn: () => boolean,
): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    const { key } = event
    if (!areOn() && key !== '?') return
    const act = key === '/' ? focusSearch : (viewOf(key) ?? actionOf(actions, key))
    if (act === undefined) return
    event.preventDefault()
    act()
  })
}

function actionOf(actions: Readonly<Record<string, () => void>>, key: string) {
  return Object.hasOwn(actions, key) ? actions[key] : undefined
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type="checkbox"]), textarea, select')
  )
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('#search')?.focus()
}

function viewOf(key: string): (() => void) | undefined {
  if (!/^[1-9]$/.test(key)) return undefined
  const link = document
    .querySelectorAll<HTMLAnchorElement>('nav a')
    .item(Number(key) - 1) as HTMLAnchorElement | null
  return link === null ? undefined : () => link.click()
}
