import { maskInternationalNumbersIn } from '../../shared/phone/mask.ts'

/** What a producer has put there may be a number too. One without a plus is an order's or a ticket's more often. */
export function maskedAttributes(
  attributes: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, maskInternationalNumbersIn(value)]),
  )
}
