import type { SalesforceClient } from '../../salesforce/client.ts'
import type { SalesforceAnswer } from '../../shared/delivery/salesforce-answer.ts'
import { isSealed } from '../../shared/phone/sealed-number.ts'
import type { Unseal, Unsealed } from '../../shared/sealing/unseal.ts'
import type { Verification } from '../attempt/context.ts'
import { unsealableOf } from './sealing.ts'

// Numbers are unsealed where they leave for Salesforce, and nowhere before: what an attempt records, logs and traces has none.

type Sending = Pick<SalesforceClient, 'requestCallback'>

export function unsealingClient(client: Sending, unseal: Unseal): Sending {
  return {
    requestCallback: async (request, conditions) => {
      if (!isSealed(request.callbackNumber))
        return await client.requestCallback(request, conditions)
      const unsealed = await unseal(request.callbackNumber)
      return unsealed.kind === 'number'
        ? await client.requestCallback({ ...request, callbackNumber: unsealed.number }, conditions)
        : notSent(unsealed)
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
  return {
    kind: 'failed',
    sent: false,
    code: code === 'unknown-seal-key' ? code : 'broken-seal',
    message,
    phase: 'preparing',
    bytesSent: 0,
    durationMs: 0,
  }
}
