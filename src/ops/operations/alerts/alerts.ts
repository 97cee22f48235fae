import type { Alert } from './alert.ts'
import { destinationAlerts } from './destination-alerts.ts'
import { objectiveAlerts } from './objectives.ts'
import { workerAlerts } from './worker-alerts.ts'

/** Every alert there is, the worst causes first. The rules of Prometheus and what needs somebody on the page are this table. */
export const alerts: readonly Alert[] = [...workerAlerts, ...destinationAlerts, ...objectiveAlerts]
