import { defineFeature } from '../feature.ts'
import { defaultedSetting } from '../setting.ts'
import { hostToListenOn, orNone, wholeNumber } from '../value-types.ts'

export const opsSettings = defineFeature(
  { title: 'Health and metrics' },
  {
    /** 0: any free port. `undefined`: no health and metrics server. */
    opsPort: defaultedSetting(orNone(wholeNumber({ min: 0, max: 65_535 })), {
      name: 'opsPort',
      env: 'RINGBACK_OPS_PORT',
      description:
        'Port of `/livez`, `/readyz` and `/metrics`. `0` takes any free port, `none` serves nothing.',
      default: '9464',
      example: '0',
    }),
    opsHost: defaultedSetting(hostToListenOn, {
      name: 'opsHost',
      env: 'RINGBACK_OPS_HOST',
      description:
        'Address that port listens on. The default serves this machine only; a container needs `0.0.0.0`.',
      default: '127.0.0.1',
      example: '0.0.0.0',
    }),
  },
)
