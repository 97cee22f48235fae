import { Histogram, type Registry } from 'prom-client'

import type { ScriptTimed } from './script-timings.ts'

/** A script takes Redis tens of microseconds; whatever more is felt is the way, or others that are served before. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5]

export function createScriptHistogram(registry: Registry): ScriptTimed {
  const durations = new Histogram({
    name: 'ringback_script_duration_seconds',
    help: 'How long Redis took to answer each script of ours, or to fail, as this worker felt it: with the way there and back, and with all that was served before. docs/steps.md says what most of them do.',
    labelNames: ['script'],
    buckets,
    registers: [registry],
  })
  return (script, durationMs) => durations.observe({ script }, durationMs / 1000)
}
