import type { SalesforceClient } from '../../salesforce/client.ts'
import type { SalesforceAnswer, SendFailureCode } from '../../shared/delivery/salesforce-answer.ts'
import { isSealed } from '../../shared/phone/sealed-number.ts'
import type { Unseal, Unsealed } from '../../shared/sealing/unseal.ts'
import type { Verification } from '../attempt/context.ts'
import { isOfAnother, sealOfAnother, unsealableOf } from './sealing.ts'

// Numbers are unsealed where they leave for Salesforce, and nowhere before: what an attempt records, logs and traces has none.

type Sending = Pick<SalesforceClient, 'requestCallback'>

export function unsealingClient(client: Sending, unseal: Unseal): Sending {
  return {
    requestCallback: async (request, conditions) => {
      if (!isSealed(request.callbackNumber))
        return await client.requestCallback(request, conditions)
      const unsealed = await unseal(request.callbackNumber)
      if (unsealed.kind !== 'number') return notSent(unsealed)
      // It was judged when it was taken in: whoever may write to the ledger may have put another number there since.
      if (isOfAnother(request.callbackNumber, request.idempotencyKey)) {
        return failedBefore('seal-of-another', sealOfAnother.message)
      }
      return await client.requestCallback(
        { ...request, callbackNumber: unsealed.number },
        conditions,
      )
    },
  }
}

export function unsealingVerification(verification: Verification, unseal: Unseal): Verification {
  return {
    ...verification,
    search: async (query, conditions) => {
      const unsealed = await unseal(query.callbackNumber)
      return unsealed.kind === 'number'
        ? await verification.search({ ...query, callbackNumber: unsealed.number }, conditions)
        : { kind: 'failed', ...unsealableOf(unsealed) }
    },
  }
}

/** What was sealed was a number when it was taken in: if it is none now, another key has taken the place of its own. */
function notSent(unsealed: Exclude<Unsealed, { kind: 'number' }>): SalesforceAnswer {
  const { code, message } = unsealableOf(unsealed)
  return failedBefore(code === 'unknown-seal-key' ? code : 'broken-seal', message)
}

function failedBefore(code: SendFailureCode, message: string): SalesforceAnswer {
  return {
    kind: 'failed',
    sent: false,
    code,
    message,
    phase: 'preparing',
    bytesSent: 0,
    durationMs: 0,
  }
}
