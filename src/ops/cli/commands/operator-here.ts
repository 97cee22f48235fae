import { localOperator } from '../../operations/audit/local-operator.ts'
import type { Operator } from '../../operations/audit/note-action.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import type { Who } from '../terminal/who-and-why.ts'

/** Who it is that acts, as the operators' log names them. */
export function operatorHere({ by }: Who, { env }: Pick<CliContext, 'env'>): Operator {
  return { name: by ?? localOperator(env), face: 'command line' }
}
