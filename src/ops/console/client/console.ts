/**
 * Keeps an open page fresh. Without it everything can be read all the same: this listens to the console, asks for the page anew when
 * something has changed, says when what is shown is old, and knows the keys.
 */
import { keepFresh } from './keep-fresh.ts'
import { keysHelp } from './keys-help.ts'
import { listenToKeys } from './keys.ts'
import { moveInRows } from './rows.ts'
import { showZones } from './zones.ts'

const zones = showZones()
const fresh = keepFresh(zones.apply)
const help = keysHelp()
listenToKeys(
  {
    p: fresh.toggle,
    u: zones.toggle,
    j: () => moveInRows(1),
    k: () => moveInRows(-1),
    '?': help.show,
  },
  help.areKeysOn,
)
document.querySelector<HTMLElement>('.controls')?.removeAttribute('hidden')
