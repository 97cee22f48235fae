import { hostname } from 'node:os'

import type { Environment } from '../../../shared/config/environment.ts'
import { readOperatorName } from '../../../shared/config/load.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import { printable } from '../../../shared/text/printable.ts'
import { userName } from '../../text/user-name.ts'

/** Who acts on this machine: as they want to be named, else the user and the machine. It proves nothing. */
export function localOperator(env: Environment): string {
  const named = readOperatorName(env)
  if (named !== undefined) return named
  return maskNumbersIn(printable(`${userName()}@${hostname()}`)).slice(0, 64)
}
