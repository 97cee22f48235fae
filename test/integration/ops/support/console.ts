import { createSessions } from '../../../../src/ops/console/access/sessions.ts'
import type { AccessRules } from '../../../../src/ops/console/access/who-asks.ts'
import type { Access, ConsoleOptions } from '../../../../src/ops/console/app.ts'
import { createConsoleMetrics } from '../../../../src/ops/console/metrics.ts'
import { createActionReader } from '../../../../src/ops/operations/audit/count-actions.ts'
import { loadStoreConfig } from '../../../../src/shared/config/load.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'
import { environmentOf } from './environment.ts'

/** As on a machine of one's own: everybody may look. */
export function openAccess(more: Partial<AccessRules> = {}): Access {
  return {
    rules: {
      users: undefined,
      proxies: undefined,
      userHeader: 'x-user',
      access: undefined,
      localName: 'ada@here',
      ...more,
    },
    sessions: createSessions(String),
    login: undefined,
  }
}

export function consoleOptions(url: string, namespace: string): ConsoleOptions {
  const store = loadStoreConfig(environmentOf(url, namespace))
  return {
    store,
    observer: createConsoleMetrics(createActionReader(store)),
    clock: systemClock,
    name: undefined,
    basePath: '/',
    label: undefined,
    access: openAccess(),
  }
}
