import { isRecordId } from '../contract/salesforce-id.ts'
import { maskNumbersIn } from '../phone/mask.ts'
import { loggable } from './mask-secrets.ts'

/**
 * A record's id as it may be shown. An older version took for one whatever Salesforce had put in its place, control
 * characters and numbers too.
 */
export function shownRecordId(kept: string): string {
  return isRecordId(kept) ? kept : loggable(maskNumbersIn(kept))
}
