import type { IntentInput } from '../src/producer/index.ts'

/** A callback of 300 bytes of JSON when it is delayed by a day, as a contact centre would send one. The n-th is always the same. */
export function sampleIntent(n: number, delayMs = 0): IntentInput {
  return {
    id: `5f0c9a51-7c1e-4a7b-9f0e-${String(n).padStart(12, '0')}`,
    callId: `contact-${String(n).padStart(10, '0')}`,
    callbackNumber: `+1844${String(5_000_000 + (n % 4_000_000))}`,
    isPreviewCallback: true,
    ...(delayMs > 0 ? { delay: delayMs } : {}),
    attributes: {
      queue: 'billing-enquiries',
      language: 'en-US',
      campaign: 'autumn-2026',
      ivr: 'main-menu/2/4',
      tier: 'gold',
      skill: 'invoices-and-dunning',
    },
  }
}
