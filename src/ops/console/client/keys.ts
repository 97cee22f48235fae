/** Keys of the page, where nobody types: `/` for the search, `1` to `6` for the views, and those that are given. */
export function listenToKeys(actions: Readonly<Record<string, () => void>>): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const { key } = event
    const act = key === '/' ? focusSearch : (viewOf(key) ?? actions[key])
    if (act === undefined) return
    event.preventDefault()
    act()
  })
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select')
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
