import type { KeyObject } from 'node:crypto'
import { resolve } from 'node:path'

import { z } from 'zod'

import { certificateProblem } from '../certificate.ts'
import type { ConfigProblem } from '../config-problem.ts'
import {
  bothGivenProblem,
  isGiven,
  missingProblem,
  nameIn,
  valueProblem,
  type DestinationSource,
} from '../destination-source.ts'
import { defineFeature } from '../feature.ts'
import { readGivenKey, type KeyReading } from '../given-key.ts'
import { readSetting } from '../read-settings.ts'
import { read } from '../reading.ts'
import { parseSalesforceUrl } from '../salesforce-url.ts'
import { optionalSetting, requiredSetting, type ValueType } from '../setting.ts'
import { asItIs, filePath, matching, orgId, privateKeyText } from '../value-types.ts'

const telephonyUrl: ValueType<string> = {
  format:
    'an https URL on a host under `salesforce-scrt.com`, with or without `/telephony/v1`, or the URL of a loopback address',
  read(text) {
    const url = parseSalesforceUrl(text)
    return url.kind === 'ok' ? read(url.baseUrl) : url
  },
  write: asItIs,
}

/** One contact center's key must not sign for another. */
const neverInherited = true as const

export const identitySettings = defineFeature(
  {
    title: 'The destination: its identity',
    text: 'A destination is one Salesforce contact center. The one that the environment describes is named `default`.',
  },
  {
    /** `https://host/telephony/v1`: no slash at the end. */
    baseUrl: requiredSetting(telephonyUrl, {
      name: 'salesforceUrl',
      env: 'RINGBACK_SALESFORCE_URL',
      description:
        'The telephony host of the org. Tokens are only ever sent to such a host. No port, user name, query or fragment; a loopback address, for the sandbox, may have a port and plain http. Redirects are never followed.',
      example: 'https://acme.my.salesforce-scrt.com',
      neverInherited,
    }),
    /** The first 15 characters: the form every documented `iss` has. */
    orgId: requiredSetting(orgId, {
      name: 'salesforceOrgId',
      env: 'RINGBACK_SALESFORCE_ORG_ID',
      description:
        'The org in which the contact center and its certificate are registered. Becomes the `iss` of the token, as its first 15 characters.',
      example: '00DHs00000Kmpyr',
      neverInherited,
    }),
    callCenter: requiredSetting(
      matching(/^[!-~]{1,80}$/, 'an API name: 1 to 80 characters of ASCII without spaces'),
      {
        name: 'salesforceCallCenter',
        env: 'RINGBACK_SALESFORCE_CALL_CENTER',
        description:
          'The API name of the call center, not its label. Becomes the `sub` of the token.',
        example: 'scv4cc1',
        neverInherited,
      },
    ),
    privateKey: z.object({
      text: optionalSetting(privateKeyText, {
        name: 'privateKey',
        env: 'RINGBACK_SALESFORCE_PRIVATE_KEY',
        description:
          'The key that signs the tokens; Salesforce holds its certificate. Exactly one of this and the file is required. Never printed.',
        example: String.raw`-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----`,
        secret: 'all',
        neverInherited,
      }),
      file: optionalSetting(
        filePath(
          'the path of an RSA private key of 2048 bits or more in PEM form, PKCS#1 or PKCS#8, without a passphrase',
        ),
        {
          name: 'privateKeyFile',
          env: 'RINGBACK_SALESFORCE_PRIVATE_KEY_FILE',
          description: 'The same key in a file. Preferred: an environment is easily exposed.',
          example: '/run/secrets/salesforce.key',
          neverInherited,
          suggested: true,
        },
      ),
    }),
    certificateFile: optionalSetting(
      filePath('the path of an X.509 certificate in PEM form, valid now, for the private key'),
      {
        name: 'certificateFile',
        env: 'RINGBACK_SALESFORCE_CERTIFICATE_FILE',
        description:
          'The certificate that was uploaded to Salesforce. With it, a mismatched or expired certificate is found at startup, not at the first 401.',
        example: '/run/secrets/salesforce.crt',
        neverInherited,
      },
    ),
  },
)

const { privateKey: keySettings, certificateFile } = identitySettings.shape

export function identityContradictions(source: DestinationSource): ConfigProblem[] {
  return bothGivenProblem(source, keySettings.shape.text, keySettings.shape.file)
}

export interface OpenedKey {
  /** `undefined` when there is a problem with it. */
  key: KeyObject | undefined
  problems: readonly ConfigProblem[]
}

/** The key that signs the tokens, read and judged, and its certificate. */
export function openKey(source: DestinationSource, nowMs: number): OpenedKey {
  const given = readGivenKey(source, keySettings.shape)
  const key = given?.reading.kind === 'ok' ? given.reading.key : undefined
  const problems = [...keyProblems(source, given), ...certificateProblems(source, key, nowMs)]
  return { key, problems }
}

function keyProblems(source: DestinationSource, given: KeyReading | undefined): ConfigProblem[] {
  if (given === undefined) return missingKeyProblems(source)
  const { setting, reading } = given
  return reading.kind === 'ok' ? [] : [valueProblem(source, setting, reading.message)]
}

/** A setting that is given and wrong in itself has been reported already. */
function missingKeyProblems(source: DestinationSource): ConfigProblem[] {
  const { text, file } = keySettings.shape
  if (isGiven(source, text) || isGiven(source, file)) return []
  return [missingProblem(source, file, `, or give the key itself in ${nameIn(source, text)}`)]
}

function certificateProblems(
  source: DestinationSource,
  key: KeyObject | undefined,
  nowMs: number,
): ConfigProblem[] {
  const path = readSetting(certificateFile, source)
  if (path === undefined) return []
  const wrong = certificateProblem({ path: resolve(source.folder, path), key, nowMs })
  return wrong === undefined ? [] : [valueProblem(source, certificateFile, wrong)]
}
