import { z } from 'zod'

import { breakerSettings } from './features/breaker.ts'
import { identitySettings } from './features/identity.ts'
import { paceSettings } from './features/pace.ts'
import { partitionSettings } from './features/partitions.ts'
import { requestSettings } from './features/requests.ts'
import { retentionSettings } from './features/retention.ts'
import { retrySettings } from './features/retry.ts'
import { sealingSettings } from './features/sealing.ts'
import { uncertainSettings } from './features/uncertain.ts'

/** All that can be said of a destination, in the form of its configuration. */
export const destinationSettings = z.object({
  salesforce: z.object({ ...identitySettings.shape, ...requestSettings.shape }),
  ...paceSettings.shape,
  retry: retrySettings,
  breaker: breakerSettings,
  ...uncertainSettings.shape,
  ...retentionSettings.shape,
  ...sealingSettings.shape,
  ...partitionSettings.shape,
})

export type DestinationSettings = z.output<typeof destinationSettings>
