import { numberKeyOf } from '../../src/shared/store/ledger/places.ts'
import type { NumberKeyOf } from '../../src/worker/number-keys.ts'

/** A key that a test knows. */
export const testNumberKey = numberKeyOf('a key of tests, which protects nothing')

/** Where a test is not about how callbacks are found by call and number: they are not. */
export const placesNothing: NumberKeyOf = () => Promise.resolve(undefined)
