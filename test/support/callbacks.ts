import { submitRaw } from '../../src/shared/store/inbox/submit.ts'
import type { Bundle } from './ringback.ts'

export interface SampleCallback {
  id: string
  callId: string
  callbackNumber: string
}

/** `count` different callbacks; each has its id as its call's id, so that bookings are found by it. */
export function sampleCallbacks(count: number, prefix = 'cb'): SampleCallback[] {
  return Array.from({ length: count }, (_, index) => sampleCallback(`${prefix}-${index + 1}`))
}

export function sampleCallback(id: string): SampleCallback {
  return { id, callId: id, callbackNumber: '+18445791189' }
}

/** XADDs it as any language's client would. */
export async function sendRaw({ store }: Bundle, callback: SampleCallback): Promise<void> {
  await submitRaw(store, JSON.stringify(callback))
}
