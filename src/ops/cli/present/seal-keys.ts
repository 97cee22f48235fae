import type { ChangedKeys, ListedKeys, ShownKey } from '../../operations/seal-keys/change-keys.ts'
import { say, sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

export function presentKeys({ keys }: ListedKeys, screen: Screen): void {
  const rows = keys.map(({ kid, alg, state, publishFrom }) => [kid, alg, state, publishFrom])
  screen.line(textTable(['key', 'for', 'state', 'published from'], rows, screen.columns))
}

/** Producers seal to a key as soon as one worker has published it, and one that lacks it buries what they send. */
function whereToPutThem(key: ShownKey | undefined): string {
  return key?.state === 'waiting'
    ? `published from ${key.publishFrom} on: until then, put the file onto every worker’s host`
    : 'published as soon as a worker has them: put the file onto every worker’s host at once'
}

export function presentChangedKeys(changed: ChangedKeys, screen: Screen): void {
  const { outcome, kids, file, keys } = changed
  const names = kids.join(', ')
  switch (outcome) {
    case 'unknown':
      return sayPainted(screen, { colour: 'red', word: 'unknown' }, `${names}: not in ${file}`)
    case 'published': {
      const why = `${names}: producers seal to it; \`ringback keys rotate\` first`
      return sayPainted(screen, { colour: 'red', word: 'published' }, why)
    }
    case 'retired':
      sayPainted(screen, { colour: 'green', word: outcome }, `${names}, from ${file}`)
      return say(screen, 'note: nothing unseals any more what was sealed to it')
    default: {
      sayPainted(screen, { colour: 'green', word: outcome }, `${names}, in ${file}`)
      say(screen, `note: ${whereToPutThem(keys.find(({ kid }) => kids.includes(kid)))}`)
    }
  }
}
