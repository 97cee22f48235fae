import { phoneProblem } from '../phone/phone-problem.ts'
import { isSealed, sealedProblem } from '../phone/sealed-number.ts'

/** What is wrong with a customer's number, as far as can be told where it cannot be unsealed; undefined: nothing. */
export function numberProblem(text: string): string | undefined {
  return isSealed(text) ? sealedProblem(text) : phoneProblem(text)
}
