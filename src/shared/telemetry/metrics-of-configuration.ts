import { Gauge, type Registry } from 'prom-client'

/** What a worker has been told of a destination that it serves. */
export interface ConfiguredReading {
  destination: string
  /** Attempts that this worker makes at a time, at most. */
  concurrency: number
  /** Epoch ms; undefined where the certificate is not given. */
  certificateEndsMs: number | undefined
}

export function createConfiguredGauges(registry: Registry): (reading: ConfiguredReading) => void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['destination'], registers: [registry] })
  const concurrency = gauge(
    'ringback_concurrency_limit',
    'Attempts that this worker makes at a time, at most: add it up over all workers. ringback_queue_jobs has under `active` how many are made.',
  )
  const certificate = gauge(
    'ringback_certificate_expiry_timestamp_seconds',
    'When the certificate ends that Salesforce checks tokens with. Absent where its file is not given (RINGBACK_SALESFORCE_CERTIFICATE_FILE).',
  )
  return ({ destination, concurrency: most, certificateEndsMs }) => {
    concurrency.set({ destination }, most)
    if (certificateEndsMs !== undefined) certificate.set({ destination }, certificateEndsMs / 1000)
  }
}
