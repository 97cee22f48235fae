import { defineFeature } from '../feature.ts'
import { optionalSetting } from '../setting.ts'
import { matching } from '../value-types.ts'

export const lookupSettings = defineFeature(
  { title: 'Finding callbacks' },
  {
    numberKey: optionalSetting(
      matching(/^[!-~]{32,255}$/, '32 to 255 characters of ASCII without spaces'),
      {
        name: 'numberKey',
        env: 'RINGBACK_NUMBER_KEY',
        description:
          'The key of the HMACs that stand for numbers and calls in the indexes by which `find` and `cancel` look callbacks up. All workers and commands need the same one. If it is not set, the first worker makes one and keeps it in Redis. Where it is changed, workers place every callback anew as they walk through the keys.',
        example: 'RnmX3u0vPq7c9yE5sKdW2bT8hLzJ4aGf',
        secret: 'all',
      },
    ),
  },
)
