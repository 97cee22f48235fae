const kept = 'ringback-keys'

export interface KeysHelp {
  show: () => void
  areKeysOn: () => boolean
}

/** Which keys there are, and the box that switches them off. */
export function keysHelp(): KeysHelp {
  const dialog = document.querySelector<HTMLDialogElement>('#keys')
  const box = document.querySelector<HTMLInputElement>('#keys-on')
  if (box !== null) box.checked = read() !== 'off'
  box?.addEventListener('change', () => write(box.checked ? 'on' : 'off'))
  const show = () => dialog?.showModal()
  document.querySelector('#show-keys')?.addEventListener('click', show)
  return { show, areKeysOn: () => box?.checked ?? true }
}

/** Where a browser keeps nothing, the choice is for this page. */
function read(): string | null {
  try {
    return localStorage.getItem(kept)
  } catch {
    return null
  }
}

function write(choice: string): void {
  try {
    localStorage.setItem(kept, choice)
  } catch {
    // Then it is asked for again.
  }
}
