import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'

import { readVersion } from './version.ts'

/**
 * Memory, event loop, file descriptors and the like, as prom-client names them. Without its gauges that are called as counters are
 * (`nodejs_active_handles_total`): they are the sums of what it tells by type.
 */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  for (const { name, type } of registry.getMetricsAsArray()) {
    if (String(type) === 'gauge' && name.endsWith('_total')) registry.removeSingleMetric(name)
  }
}

/** Gives what says it: only a process that runs has a version. */
export function createBuildInfo(registry: Registry): () => void {
  const info = new Gauge({
    name: 'ringback_build_info',
    help: '1, with the version of Ringback and of Node: two versions at a time are an upgrade that is under way.',
    labelNames: ['version', 'node'],
    registers: [registry],
  })
  return () => info.set({ version: readVersion(), node: process.versions.node }, 1)
}
