import { z } from 'zod'

import { consoleSettings } from './features/console.ts'
import { lookupSettings } from './features/lookup.ts'
import { operatorSettings } from './features/operator.ts'
import { opsSettings } from './features/ops.ts'
import { processSettings } from './features/process.ts'
import { redisSettings } from './features/redis.ts'

/** Settings of the process. They come from the environment only. */
export const globalSettings = z.object({
  ...redisSettings.shape,
  ...lookupSettings.shape,
  ...processSettings.shape,
  ...opsSettings.shape,
  ...consoleSettings.shape,
  ...operatorSettings.shape,
})

export type GlobalSettings = z.output<typeof globalSettings>
