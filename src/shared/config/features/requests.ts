import { z } from 'zod'

import { defineFeature } from '../feature.ts'
import { defaultedSetting, optionalSetting } from '../setting.ts'
import { duration, matching, trueOrFalse } from '../value-types.ts'

export const requestSettings = defineFeature(
  { title: 'The destination: its requests' },
  {
    telephonyProviderName: optionalSetting(
      matching(/^[!-~](?:[ -~]{0,98}[!-~])?$/, '1 to 100 printable ASCII characters'),
      {
        name: 'telephonyProviderName',
        env: 'RINGBACK_TELEPHONY_PROVIDER_NAME',
        description:
          'Value of the header `Telephony-Provider-Name`. Not set: the header is left out.',
        example: 'amazon-connect',
      },
    ),
    token: z.object({
      ttlMs: defaultedSetting(duration({ min: '30s', max: '24h' }), {
        name: 'tokenTtl',
        env: 'RINGBACK_TOKEN_TTL',
        description: 'Lifetime of a token. It is reused until shortly before it expires.',
        default: '5m',
        example: '15m',
      }),
      audience: optionalSetting(matching(/^[!-~]{1,255}$/, 'ASCII text without spaces'), {
        name: 'tokenAudience',
        env: 'RINGBACK_TOKEN_AUDIENCE',
        description: 'An `aud` claim. Salesforce asked for one in older releases only.',
        example: 'https://scrt.salesforce.com',
      }),
      /** True: a new token with a `jti` for every attempt, since Salesforce accepts each `jti` once. */
      jti: defaultedSetting(trueOrFalse, {
        name: 'tokenJti',
        env: 'RINGBACK_TOKEN_JTI',
        description:
          'Mint a token with a fresh `jti` for every attempt. Salesforce accepts each `jti` once, so no token can be replayed; each attempt costs a signature.',
        default: 'false',
        example: 'true',
      }),
    }),
  },
)
