import { RingbackError } from '../../../shared/errors/errors.ts'

export function newerLedger(version: string): RingbackError {
  const message = `The ledger has version ${version}; this program knows version 1. Use the version of the workers.`
  return new RingbackError('unknown-record', message)
}
