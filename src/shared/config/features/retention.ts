import { defineFeature } from '../feature.ts'
import { defaultedSetting } from '../setting.ts'
import { duration } from '../value-types.ts'

export const retentionSettings = defineFeature(
  { title: 'The destination: retention' },
  {
    retentionMs: defaultedSetting(duration({ min: '1s', max: '365d' }), {
      name: 'retention',
      env: 'RINGBACK_RETENTION',
      description:
        'How long finished callbacks and their results are remembered. Until then, an id that is submitted again is recognised as a duplicate. Dead letters stay until somebody acts.',
      default: '7d',
      example: 'P30D',
    }),
  },
)
