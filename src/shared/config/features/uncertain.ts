import { z } from 'zod'

import { uncertainPolicies } from '../../delivery/on-uncertain.ts'
import { defineFeature } from '../feature.ts'
import { read, type Reading } from '../reading.ts'
import { parseCoreUrl, parseTokenUrl, type SalesforceUrl } from '../salesforce-url.ts'
import { defaultedSetting, optionalSetting, type ValueType } from '../setting.ts'
import {
  asItIs,
  duration,
  filePath,
  matching,
  oneOf,
  privateKeyText,
  trueOrFalse,
} from '../value-types.ts'

const coreUrl: ValueType<string> = {
  format:
    'an https URL without a path on a host under `my.salesforce.com`, or the URL of a loopback address',
  read: (text) => reading(parseCoreUrl(text)),
  write: asItIs,
}

const tokenUrl: ValueType<string> = {
  format:
    'an https URL on `login.salesforce.com`, `test.salesforce.com` or a host under `my.salesforce.com`, with or without `/services/oauth2/token`, or the URL of a loopback address',
  read: (text) => reading(parseTokenUrl(text)),
  write: asItIs,
}

const asciiText = matching(/^[!-~]{1,255}$/, 'ASCII text without spaces')

/** An answer from another org would be believed, and its "there is none" would have a customer called twice. */
const neverInherited = true as const

/** Whom to ask what became of an uncertain attempt, and as whom. */
const asked = {
  /** `https://host`: no slash at the end. */
  instanceUrl: optionalSetting(coreUrl, {
    name: 'verifyUrl',
    env: 'RINGBACK_VERIFY_URL',
    description:
      'The My Domain host of the org, whose core REST API is asked. Not set: the host that belongs to the telephony host, `acme.my.salesforce.com` for `acme.my.salesforce-scrt.com`, and for a loopback address the same one. Must be the same org.',
    example: 'https://acme.my.salesforce.com',
    neverInherited,
  }),
  tokenUrl: optionalSetting(tokenUrl, {
    name: 'verifyTokenUrl',
    env: 'RINGBACK_VERIFY_TOKEN_URL',
    description:
      'Where access tokens come from. Not set: `test.salesforce.com` for a sandbox or scratch org and `login.salesforce.com` for others with a private key; the My Domain host with a client secret, since that flow works on no other.',
    example: 'https://login.salesforce.com',
    neverInherited,
  }),
  clientId: optionalSetting(asciiText, {
    name: 'verifyClientId',
    env: 'RINGBACK_VERIFY_CLIENT_ID',
    description: 'The consumer key of the External Client App through which Salesforce is asked.',
    example: '3MVG9.example.consumer.key',
    neverInherited,
  }),
  username: optionalSetting(asciiText, {
    name: 'verifyUsername',
    env: 'RINGBACK_VERIFY_USERNAME',
    description:
      'With a private key: the integration user that is asked as. It must be pre-authorized for the app and may need no more than to read ContactRequest. With a client secret the app names the user.',
    example: 'ringback@acme.example',
    neverInherited,
  }),
  privateKey: z.object({
    text: optionalSetting(privateKeyText, {
      name: 'verifyPrivateKey',
      env: 'RINGBACK_VERIFY_PRIVATE_KEY',
      description:
        'The key for the JWT bearer flow; the app holds its certificate. Must not be the telephony API’s key. A private key (or its file) and a client secret (or its file) exclude each other, and one of the four is needed. Never printed.',
      example: String.raw`-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----`,
      secret: 'all',
      neverInherited,
    }),
    file: optionalSetting(
      filePath(
        'the path of an RSA private key of 2048 bits or more in PEM form, PKCS#1 or PKCS#8, without a passphrase',
      ),
      {
        name: 'verifyPrivateKeyFile',
        env: 'RINGBACK_VERIFY_PRIVATE_KEY_FILE',
        description: 'The same key in a file. Preferred: an environment is easily exposed.',
        example: '/run/secrets/salesforce-core.key',
        neverInherited,
      },
    ),
  }),
  clientSecret: z.object({
    text: optionalSetting(asciiText, {
      name: 'verifyClientSecret',
      env: 'RINGBACK_VERIFY_CLIENT_SECRET',
      description: 'The consumer secret for the client credentials flow. Never printed.',
      example: 'consumer-secret-of-the-app',
      secret: 'all',
      neverInherited,
    }),
    file: optionalSetting(filePath('the path of a file that contains nothing else'), {
      name: 'verifyClientSecretFile',
      env: 'RINGBACK_VERIFY_CLIENT_SECRET_FILE',
      description: 'The same secret in a file. Surrounding white space is ignored.',
      example: '/run/secrets/salesforce-core.secret',
      neverInherited,
    }),
  }),
  audience: optionalSetting(asciiText, {
    name: 'verifyAudience',
    env: 'RINGBACK_VERIFY_AUDIENCE',
    description:
      'The `aud` of the JWT bearer flow. Not set: `https://test.salesforce.com` for a sandbox or scratch org, and `https://login.salesforce.com` for others.',
    example: 'https://login.salesforce.com',
    neverInherited,
  }),
}

const asking = {
  apiVersion: defaultedSetting(
    matching(/^v\d{2,3}\.0$/, 'a version of the core REST API such as `v66.0`'),
    {
      name: 'verifyApiVersion',
      env: 'RINGBACK_VERIFY_API_VERSION',
      description: 'The version of the core REST API that is asked.',
      default: 'v66.0',
      example: 'v68.0',
    },
  ),
  /** How long after the attempt to wait before asking. */
  graceMs: defaultedSetting(duration({ min: '0s', max: '1h' }), {
    name: 'verifyGrace',
    env: 'RINGBACK_VERIFY_GRACE',
    description:
      'How long after an uncertain attempt Salesforce is asked, and so how long a booking may take until a query finds it. A query that finds none is not trusted before that. Salesforce documents no such time, and this one is untested against a real org.',
    default: '30s',
    example: '2m',
  }),
  /** How long before the attempt's beginning a record may have been made. */
  marginMs: defaultedSetting(duration({ min: '0s', max: '10m' }), {
    name: 'verifyMargin',
    env: 'RINGBACK_VERIFY_MARGIN',
    description:
      "How far Salesforce's clock may be behind ours: records created up to this long before the attempt still count as its own.",
    default: '5s',
    example: '30s',
  }),
  byCallId: defaultedSetting(trueOrFalse, {
    name: 'verifyByCallId',
    env: 'RINGBACK_VERIFY_BY_CALL_ID',
    description:
      "Match the call too, by the record's `WhatId`, where the call id is a VoiceCall's (`0LQ…`): two requests from one number are then told apart. Only for an org that is known to fill the field so, which is documented nowhere: in others nothing would ever be found, and customers called twice.",
    default: 'false',
    example: 'true',
  }),
}

export const uncertainSettings = defineFeature(
  {
    title: 'The destination: uncertain outcomes',
    text: 'All but the first are only used when `RINGBACK_ON_UNCERTAIN` is `verify`; [verifying.md](verifying.md) explains how to set it up in Salesforce.',
  },
  {
    onUncertain: defaultedSetting(oneOf(uncertainPolicies), {
      name: 'onUncertain',
      env: 'RINGBACK_ON_UNCERTAIN',
      description:
        'What follows an attempt that may or may not have booked. `retry`: another attempt, and the callback is marked as a possible duplicate. `hold`: a dead letter, until somebody says what became of it by `ringback dead-letters resolve`. `verify`: Salesforce is asked over its core REST API, with the settings named `RINGBACK_VERIFY_…`, only a clear answer moves the callback on, and one that is sent again is marked too.',
      default: 'retry',
      example: 'verify',
    }),
    /** How Salesforce's core REST API is asked what became of an uncertain attempt. */
    verify: z.object({ ...asked, ...asking }),
  },
)

function reading(url: SalesforceUrl): Reading<string> {
  return url.kind === 'ok' ? read(url.baseUrl) : url
}
