import { numberKeyOf } from '../../src/shared/store/ledger/places.ts'
import type { NumberKeyOf } from '../../src/worker/number-keys.ts'

/** A key that a test knows. */
export const testNumberKey = numberKeyOf('a key of tests, which protects nothing')

/** Where a test is not about how callbacks are found by call and number: they are not. */
export const placesNothing: NumberKeyOf = () => Promise.resolve(undefined)

/** What an index holds of a callback, as places.lua writes it. */
export function placedMember(id: string): Buffer {
  const isUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id)
  const stored = isUuid
    ? Buffer.concat([Buffer.from('#'), Buffer.from(id.replaceAll('-', ''), 'hex')])
    : Buffer.from(id)
  return Buffer.concat([Buffer.from([0, 255, 10, 13]), stored])
}
