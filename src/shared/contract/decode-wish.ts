import { parseCancel, type CancelWish } from './cancel-wish.ts'
import { decodeJson } from './decode-intent.ts'
import { parseReschedule, type RescheduleWish } from './reschedule-wish.ts'
import type { Parsed, WishKind } from './wish.ts'

/** A wish as it lies in the inbox: the name of its field, and bytes that should be UTF-8 JSON. */
export interface WrittenWish {
  kind: WishKind
  json: Uint8Array
}

export type Wish = ({ kind: 'cancel' } & CancelWish) | ({ kind: 'reschedule' } & RescheduleWish)

/** Never throws, whatever it is given. `nowMs`: when it was said. */
export function decodeWish({ kind, json }: WrittenWish, nowMs: number): Parsed<Wish> {
  const decoded = decodeJson(json, kind)
  if (decoded.kind === 'invalid') return { kind: 'invalid', problems: decoded.problems }
  if (kind === 'cancel') {
    const parsed = parseCancel(decoded.value)
    return parsed.kind === 'ok' ? { kind: 'ok', value: { kind, ...parsed.value } } : parsed
  }
  const parsed = parseReschedule(decoded.value, nowMs)
  return parsed.kind === 'ok' ? { kind: 'ok', value: { kind, ...parsed.value } } : parsed
}
