import { z } from 'zod'

import { uncertainPolicies } from '../contract/on-uncertain.ts'
import { read } from './reading.ts'
import { parseSalesforceUrl } from './salesforce-url.ts'
import { defaultedSetting, optionalSetting, requiredSetting } from './setting.ts'
import {
  decimalNumber,
  duration,
  filePath,
  matching,
  oneOf,
  orgId,
  orNone,
  privateKeyText,
  trueOrFalse,
  wholeNumber,
} from './value-types.ts'
import { verifySettings } from './verify-settings.ts'

/** Who a destination is. Never inherited: one contact center's key must not sign for another. */
export const identitySettings = z.object({
  salesforceUrl: requiredSetting(
    {
      format:
        'an https URL on a host under `salesforce-scrt.com`, with or without `/telephony/v1`, or the URL of a loopback address',
      read(text) {
        const url = parseSalesforceUrl(text)
        return url.kind === 'ok' ? read(url.baseUrl) : url
      },
    },
    {
      env: 'RINGBACK_SALESFORCE_URL',
      description:
        'The telephony host of the org. Nothing but such a host is ever sent a token. No port, user name, query or fragment; a loopback address, for the sandbox, may have a port and plain http. Redirects are never followed.',
      example: 'https://acme.my.salesforce-scrt.com',
    },
  ),
  salesforceOrgId: requiredSetting(orgId, {
    env: 'RINGBACK_SALESFORCE_ORG_ID',
    description:
      'The org in which the contact center and its certificate are registered. Becomes the `iss` of the token, as its first 15 characters.',
    example: '00DHs00000Kmpyr',
  }),
  salesforceCallCenter: requiredSetting(
    matching(/^[!-~]{1,80}$/, 'an API name: 1 to 80 characters of ASCII without spaces'),
    {
      env: 'RINGBACK_SALESFORCE_CALL_CENTER',
      description:
        'The API name of the call center, not its label. Becomes the `sub` of the token.',
      example: 'scv4cc1',
    },
  ),
  privateKey: optionalSetting(privateKeyText, {
    env: 'RINGBACK_SALESFORCE_PRIVATE_KEY',
    description:
      'The key that signs the tokens; Salesforce holds its certificate. Exactly one of this and the file is needed. Never printed.',
    example: String.raw`-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----`,
    secret: 'all',
  }),
  privateKeyFile: optionalSetting(
    filePath(
      'the path of an RSA private key of 2048 bits or more in PEM form, PKCS#1 or PKCS#8, without a passphrase',
    ),
    {
      env: 'RINGBACK_SALESFORCE_PRIVATE_KEY_FILE',
      description: 'The same key in a file of its own. Preferred: an environment is easily shown.',
      example: '/run/secrets/salesforce.key',
    },
  ),
  certificateFile: optionalSetting(
    filePath('the path of an X.509 certificate in PEM form, valid now, for the private key'),
    {
      env: 'RINGBACK_SALESFORCE_CERTIFICATE_FILE',
      description:
        'The certificate that was uploaded to Salesforce. With it, a wrong pair or an expired certificate is found at start and not at the first 401.',
      example: '/run/secrets/salesforce.crt',
    },
  ),
})

/** How a destination is treated. The values of the environment are the defaults of the destinations in the file. */
export const tuningSettings = z.object({
  telephonyProviderName: optionalSetting(
    matching(/^[!-~](?:[ -~]{0,98}[!-~])?$/, '1 to 100 printable ASCII characters'),
    {
      env: 'RINGBACK_TELEPHONY_PROVIDER_NAME',
      description:
        'Value of the header `Telephony-Provider-Name`. Not set: the header is left out.',
      example: 'amazon-connect',
    },
  ),
  tokenTtl: defaultedSetting(duration({ min: '30s', max: '24h' }), {
    env: 'RINGBACK_TOKEN_TTL',
    description: 'Life of a token. It is reused until shortly before its end.',
    default: '5m',
    example: '15m',
  }),
  tokenAudience: optionalSetting(matching(/^[!-~]{1,255}$/, 'ASCII text without spaces'), {
    env: 'RINGBACK_TOKEN_AUDIENCE',
    description: 'An `aud` claim. Salesforce asked for one in older releases only.',
    example: 'https://scrt.salesforce.com',
  }),
  tokenJti: defaultedSetting(trueOrFalse, {
    env: 'RINGBACK_TOKEN_JTI',
    description:
      'Mint a token with a fresh `jti` for every attempt. Salesforce takes each `jti` once, so no token can be replayed; each attempt costs a signature.',
    default: 'false',
    example: 'true',
  }),
  rate: defaultedSetting(orNone(decimalNumber({ min: 0.001, max: 10_000 })), {
    env: 'RINGBACK_RATE',
    description:
      'Attempts a second, over all workers, evenly spaced. Fractions are allowed: `0.2` is one every five seconds. `none`: no limit.',
    default: '10',
    example: '2.5',
  }),
  concurrency: defaultedSetting(wholeNumber({ min: 1, max: 1000 }), {
    env: 'RINGBACK_CONCURRENCY',
    description: 'Attempts under way at once, in each worker.',
    default: '50',
    example: '100',
  }),
  attemptTimeout: defaultedSetting(duration({ min: '1ms', max: '5m' }), {
    env: 'RINGBACK_ATTEMPT_TIMEOUT',
    description: 'How long one attempt may take, from the connection to the end of the answer.',
    default: '10s',
    example: '8s',
  }),
  maxAttempts: defaultedSetting(wholeNumber({ min: 1, max: 100_000 }), {
    env: 'RINGBACK_MAX_ATTEMPTS',
    description:
      'Attempts a callback gets, the first among them. This budget and the next are spent together, and the first to end makes a dead letter `exhausted`. With the defaults that is the time: a wait at its cap is drawn from 0 to 10 minutes and lasts 5 on average, so 600 attempts take about 49 hours, and 36 hours end sooner. Either carries a callback through an outage of 24 hours.',
    default: '600',
    example: '100',
  }),
  maxRetryDuration: defaultedSetting(duration({ min: '1ms', max: '30d' }), {
    env: 'RINGBACK_MAX_RETRY_DURATION',
    description: 'How long after its first attempt a callback is still tried again.',
    default: '36h',
    example: '4h',
  }),
  backoffInitial: defaultedSetting(duration({ min: '1ms', max: '24h' }), {
    env: 'RINGBACK_BACKOFF_INITIAL',
    description:
      'The wait before the second attempt is drawn from 0 to this (full jitter: callers who failed together do not come back together). At most the maximum below.',
    default: '2s',
    example: '500ms',
  }),
  backoffFactor: defaultedSetting(decimalNumber({ min: 1, max: 10 }), {
    env: 'RINGBACK_BACKOFF_FACTOR',
    description: 'The upper end of the wait grows by this factor with every attempt.',
    default: '2',
    example: '1.5',
  }),
  backoffMax: defaultedSetting(duration({ min: '1ms', max: '24h' }), {
    env: 'RINGBACK_BACKOFF_MAX',
    description:
      'The upper end of the wait grows no further than this. Also the longest `Retry-After` that is honoured.',
    default: '10m',
    example: '5m',
  }),
  notFoundGrace: defaultedSetting(duration({ min: '0s', max: '24h' }), {
    env: 'RINGBACK_NOT_FOUND_GRACE',
    description:
      'How long after the first attempt a 404 is tried again: the VoiceCall may not exist yet. `0s`: a 404 is final.',
    default: '0s',
    example: '30s',
  }),
  onUncertain: defaultedSetting(oneOf(uncertainPolicies), {
    env: 'RINGBACK_ON_UNCERTAIN',
    description:
      'What follows an attempt that may or may not have booked. `retry`: another attempt, and the callback is marked as a possible duplicate. `hold`: a dead letter, until somebody says what became of it. `verify`: Salesforce is asked over its core REST API, with the settings named `RINGBACK_VERIFY_…`, only a clear answer moves the callback on, and one that is sent again is marked too.',
    default: 'retry',
    example: 'verify',
  }),
  verifyApiVersion: defaultedSetting(
    matching(/^v\d{2,3}\.0$/, 'a version of the core REST API such as `v66.0`'),
    {
      env: 'RINGBACK_VERIFY_API_VERSION',
      description: 'The version of the core REST API that is asked.',
      default: 'v66.0',
      example: 'v68.0',
    },
  ),
  verifyGrace: defaultedSetting(duration({ min: '0s', max: '1h' }), {
    env: 'RINGBACK_VERIFY_GRACE',
    description:
      'How long after an uncertain attempt Salesforce is asked, and so how long a booking may take until a query finds it. That there is none is not believed earlier. Salesforce documents no such time, and this one is untested against a real org.',
    default: '30s',
    example: '2m',
  }),
  verifyMargin: defaultedSetting(duration({ min: '0s', max: '10m' }), {
    env: 'RINGBACK_VERIFY_MARGIN',
    description:
      "By how much Salesforce's clock may be behind ours: records made so long before the attempt still count as its own.",
    default: '5s',
    example: '30s',
  }),
  verifyByCallId: defaultedSetting(trueOrFalse, {
    env: 'RINGBACK_VERIFY_BY_CALL_ID',
    description:
      "Ask for the call too, as the record's `WhatId`, where the call id is a VoiceCall's (`0LQ…`): two requests from one number are then told apart. Only for an org that is known to fill the field so, which is documented nowhere: in others nothing would ever be found, and customers rung twice.",
    default: 'false',
    example: 'true',
  }),
  retention: defaultedSetting(duration({ min: '1s', max: '365d' }), {
    env: 'RINGBACK_RETENTION',
    description:
      'How long finished callbacks and their results are remembered. Within it a second submission of an id is known as a duplicate. Dead letters stay until somebody acts.',
    default: '7d',
    example: 'P30D',
  }),
})

export const destinationSettings = z.object({
  ...identitySettings.shape,
  ...verifySettings.shape,
  ...tuningSettings.shape,
})

export type DestinationSettings = z.output<typeof destinationSettings>
