import { defineFeature } from '../feature.ts'
import { defaultedSetting } from '../setting.ts'
import { duration } from '../value-types.ts'

export const retentionSettings = defineFeature(
  { title: 'The destination: how long it is remembered' },
  {
    retentionMs: defaultedSetting(duration({ min: '1s', max: '365d' }), {
      name: 'retention',
      env: 'RINGBACK_RETENTION',
      description:
        'How long finished callbacks and their results are remembered. Within it a second submission of an id is known as a duplicate. Dead letters stay until somebody acts.',
      default: '7d',
      example: 'P30D',
    }),
  },
)
