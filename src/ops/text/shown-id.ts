import { idPattern } from '../../shared/contract/ids.ts'
import { maskNumbersIn } from '../../shared/phone/mask.ts'
import { printable } from '../../shared/text/printable.ts'

/** What was given for an id, as it may be shown: what can be none may be a customer's number in the wrong place. */
export function shownId(given: string): string {
  return idPattern.test(given) ? given : printable(maskNumbersIn(given))
}
