import type { ChangedUsers, ListedUsers } from '../../operations/console-users/change-users.ts'
import { say, sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

export function presentChangedUsers({ name, outcome, file }: ChangedUsers, screen: Screen): void {
  if (outcome === 'unknown') {
    return sayPainted(screen, { colour: 'red', word: 'unknown' }, `${name}: not in ${file}`)
  }
  sayPainted(screen, { colour: 'green', word: outcome }, `${name}, in ${file}`)
  say(screen, 'note: a console that runs has read its users already; restart it')
}

export function presentUsers({ users, file }: ListedUsers, screen: Screen): void {
  if (users.length === 0) return say(screen, `There are no users in ${file}.`)
  const rows = users.map(({ name, role }) => [name, role])
  screen.line(textTable(['name', 'role'], rows, screen.columns))
}
