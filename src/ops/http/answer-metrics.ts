import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

import type { Clock } from '../../shared/time/clock.ts'
import type { Exemplars } from '../../shared/telemetry/exemplars.ts'
import { openMetrics, openMetricsType } from '../../shared/telemetry/open-metrics.ts'
import { shareAnswer } from './share-answer.ts'

/** Prometheus text, its content type, and what OpenMetrics has besides. */
export type Scrape = () => Promise<{ contentType: string; text: string; exemplars: Exemplars }>

const openType = 'application/openmetrics-text'
const plainType = 'text/plain'

/** Prometheus' text, or OpenMetrics for whoever would rather have that; who asks at the same time gets the same. */
export function answerMetrics(
  scrape: Scrape,
  clock: Clock,
): (context: Context) => Promise<Response> {
  const latest = shareAnswer(scrape, clock)
  const plain = shareAnswer(async () => {
    const { contentType, text } = await latest()
    return new Response(text, { headers: { 'content-type': contentType } })
  }, clock)
  const open = shareAnswer(async () => {
    const { text, exemplars } = await latest()
    const headers = { 'content-type': openMetricsType }
    return new Response(openMetrics(text, exemplars), { headers })
  }, clock)
  return (context) => {
    const supports = [openType, plainType]
    const type = accepts(context, { header: 'Accept', supports, default: plainType })
    return type === openType ? open() : plain()
  }
}
