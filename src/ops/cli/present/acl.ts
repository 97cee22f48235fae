import { printable } from '../../../shared/text/printable.ts'
import type { MadeUser } from '../../operations/acl/make-user.ts'
import { say, sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'

/** The rule in one line, as redis-cli takes it. */
export function presentUser(user: MadeUser, screen: Screen): void {
  const { name, role, destination, rules, password, applied, isExact } = user
  const where = destination === undefined ? 'every destination' : printable(destination)
  screen.line(`ACL SETUSER ${name} ${rules.join(' ')}`)
  if (password !== undefined) screen.line(`password  ${password}`)
  if (password !== undefined) say(screen, 'note: the password is shown this once, and kept nowhere')
  if (!isExact) {
    say(
      screen,
      'note: this Redis knows no rights in brackets, so the user may send each of these commands to each of these keys',
    )
  }
  if (!applied) return say(screen, 'note: nothing was set; add --apply to do so')
  sayPainted(screen, { colour: 'green', word: 'set' }, `${name}: ${role} at ${where}`)
  say(
    screen,
    'note: it lasts until Redis restarts, and is of this server alone: run ACL SAVE or CONFIG REWRITE, and set it on replicas too',
  )
}
