import { z } from 'zod'

import { read } from './reading.ts'
import { parseCoreUrl, parseTokenUrl, type SalesforceUrl } from './salesforce-url.ts'
import { optionalSetting } from './setting.ts'
import { filePath, matching, privateKeyText } from './value-types.ts'

const asciiWithoutSpaces = /^[!-~]{1,255}$/

/**
 * Whom to ask what became of an uncertain attempt, and as whom. Never inherited: an answer from another org would be
 * believed, and its "there is none" would ring a customer twice.
 */
export const verifySettings = z.object({
  verifyUrl: optionalSetting(
    {
      format:
        'an https URL without a path on a host under `my.salesforce.com`, or the URL of a loopback address',
      read: (text) => reading(parseCoreUrl(text)),
    },
    {
      env: 'RINGBACK_VERIFY_URL',
      description:
        'The My Domain host of the org, whose core REST API is asked. Not set: the host that belongs to the telephony host, `acme.my.salesforce.com` for `acme.my.salesforce-scrt.com`, and for a loopback address the same one. Must be the same org.',
      example: 'https://acme.my.salesforce.com',
    },
  ),
  verifyTokenUrl: optionalSetting(
    {
      format:
        'an https URL on `login.salesforce.com`, `test.salesforce.com` or a host under `my.salesforce.com`, with or without `/services/oauth2/token`, or the URL of a loopback address',
      read: (text) => reading(parseTokenUrl(text)),
    },
    {
      env: 'RINGBACK_VERIFY_TOKEN_URL',
      description:
        'Where access tokens come from. Not set: `test.salesforce.com` for a sandbox or scratch org and `login.salesforce.com` for others with a private key; the My Domain host with a client secret, since that flow works on no other.',
      example: 'https://login.salesforce.com',
    },
  ),
  verifyClientId: optionalSetting(matching(asciiWithoutSpaces, 'ASCII text without spaces'), {
    env: 'RINGBACK_VERIFY_CLIENT_ID',
    description: 'The consumer key of the External Client App through which Salesforce is asked.',
    example: '3MVG9.example.consumer.key',
  }),
  verifyUsername: optionalSetting(matching(asciiWithoutSpaces, 'ASCII text without spaces'), {
    env: 'RINGBACK_VERIFY_USERNAME',
    description:
      'With a private key: the integration user that is asked as. It must be pre-authorized for the app and may need no more than to read ContactRequest. With a client secret the app names the user.',
    example: 'ringback@acme.example',
  }),
  verifyPrivateKey: optionalSetting(privateKeyText, {
    env: 'RINGBACK_VERIFY_PRIVATE_KEY',
    description:
      'The key for the JWT bearer flow; the app holds its certificate. Must not be the key of telephony. A private key (or its file) and a client secret (or its file) exclude each other, and one of the four is needed. Never printed.',
    example: String.raw`-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----`,
    secret: 'all',
  }),
  verifyPrivateKeyFile: optionalSetting(
    filePath(
      'the path of an RSA private key of 2048 bits or more in PEM form, PKCS#1 or PKCS#8, without a passphrase',
    ),
    {
      env: 'RINGBACK_VERIFY_PRIVATE_KEY_FILE',
      description: 'The same key in a file of its own. Preferred: an environment is easily shown.',
      example: '/run/secrets/salesforce-core.key',
    },
  ),
  verifyClientSecret: optionalSetting(matching(asciiWithoutSpaces, 'ASCII text without spaces'), {
    env: 'RINGBACK_VERIFY_CLIENT_SECRET',
    description: 'The consumer secret for the client credentials flow. Never printed.',
    example: 'consumer-secret-of-the-app',
    secret: 'all',
  }),
  verifyClientSecretFile: optionalSetting(filePath('the path of a file with nothing else in it'), {
    env: 'RINGBACK_VERIFY_CLIENT_SECRET_FILE',
    description: 'The same secret in a file of its own. Blanks around it are cut off.',
    example: '/run/secrets/salesforce-core.secret',
  }),
  verifyAudience: optionalSetting(matching(asciiWithoutSpaces, 'ASCII text without spaces'), {
    env: 'RINGBACK_VERIFY_AUDIENCE',
    description:
      'The `aud` of the JWT bearer flow. Not set: `https://test.salesforce.com` for a sandbox or scratch org, and `https://login.salesforce.com` for others.',
    example: 'https://login.salesforce.com',
  }),
})

function reading(url: SalesforceUrl) {
  return url.kind === 'ok' ? read(url.baseUrl) : url
}
