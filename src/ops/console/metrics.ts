import { Counter, Gauge, Histogram, Registry } from 'prom-client'

import { inTurn } from '../../shared/lifecycle/in-turn.ts'
import type { Exemplars } from '../../shared/telemetry/exemplars.ts'
import { createBuildInfo } from '../../shared/telemetry/metrics-of-process.ts'
import { actionOutcomes, type CountedAction } from '../operations/audit/count-actions.ts'
import { auditedActions, faces } from '../operations/audit/note-action.ts'
import { readingResults, type ConsoleObserver } from './observer.ts'
import { requestKinds } from './request-kind.ts'

export interface ConsoleMetrics extends ConsoleObserver {
  registry: Registry
  /** What operators have done is read first. */
  scrape: () => Promise<{ contentType: string; text: string; exemplars: Exemplars }>
}

const statuses = ['2xx', '3xx', '4xx', '5xx'] as const

/** Every metric of the console; docs/metrics.md is generated from the registry. Every label that there can be is there from the start. */
export function createConsoleMetrics(
  readActions: () => Promise<readonly CountedAction[]>,
): ConsoleMetrics {
  const registry = new Registry()
  const actions = actionCounter(registry)
  const clients = new Gauge({
    name: 'ringback_console_clients',
    help: 'Pages of the console that are open, seen, and kept fresh by it.',
    registers: [registry],
  })
  const { answered } = requestMetrics(registry)
  const readings = readingHistogram(registry)
  const sayVersion = createBuildInfo(registry)
  // Two at a time would count the same twice.
  const turns = inTurn()
  return {
    registry,
    listens: () => {
      clients.inc()
      return () => clients.dec()
    },
    answered,
    read: (result, ms) => readings.observe({ result }, ms / 1_000),
    scrape: () =>
      turns(async () => {
        sayVersion()
        // Where Redis is away the others are told all the same.
        for (const each of await readActions().catch(() => [])) actions.inc({ ...each })
        const text = await registry.metrics()
        return { contentType: registry.contentType, text, exemplars: new Map() }
      }),
  }
}

function actionCounter(registry: Registry) {
  const counter = new Counter({
    name: 'ringback_operator_actions_total',
    help: 'What operators have done since this console was scraped first, at all destinations, by action, outcome (done, or nothing: it changed nothing) and face (console or command line): read from the operators’ log, so that every console counts the same. Never add them up.',
    labelNames: ['action', 'outcome', 'face'],
    registers: [registry],
  })
  for (const action of auditedActions) {
    for (const outcome of actionOutcomes) {
      for (const face of faces) counter.inc({ action, outcome, face }, 0)
    }
  }
  return counter
}

function requestMetrics(registry: Registry): Pick<ConsoleObserver, 'answered'> {
  const requests = new Counter({
    name: 'ringback_console_requests_total',
    help: 'Requests that the console has answered, by kind (page, action, search, login, events: the stream that keeps a page fresh, asset or probe) and status (2xx, 3xx, 4xx, 5xx).',
    labelNames: ['kind', 'status'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'ringback_console_page_duration_seconds',
    help: 'How long the console took to answer with a page, with what it had to ask Redis for.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  for (const kind of requestKinds) {
    for (const status of statuses) requests.inc({ kind, status }, 0)
  }
  return {
    answered: (kind, status, ms) => {
      requests.inc({ kind, status: `${Math.floor(status / 100)}xx` })
      if (kind === 'page') durations.observe(ms / 1_000)
    },
  }
}

function readingHistogram(registry: Registry) {
  const histogram = new Histogram({
    name: 'ringback_console_reading_duration_seconds',
    help: 'How long it took to read from Redis how everything stands, every two seconds while somebody looks, by result: read, or failed (Redis was away or refused).',
    labelNames: ['result'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  for (const result of readingResults) histogram.zero({ result })
  return histogram
}
