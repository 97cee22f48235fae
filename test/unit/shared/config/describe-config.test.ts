import { createPublicKey, createHash, generateKeyPairSync } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { describeConfig } from '../../../../src/shared/config/describe.ts'
import { destinationSettings } from '../../../../src/shared/config/destination-settings.ts'
import { globalSettings } from '../../../../src/shared/config/global-settings.ts'
import { loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import {
  settingInfo,
  settingsIn,
  type SettingsSchema,
} from '../../../../src/shared/config/setting.ts'
import { clockIn2026, environmentWithoutKey } from './sample-environment.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const config = loadWorkerConfig(
  {
    ...environmentWithoutKey,
    RINGBACK_SALESFORCE_PRIVATE_KEY: pem,
    RINGBACK_REDIS_URL: 'rediss://ringback:hunter2@redis.example.com:6380/1',
  },
  clockIn2026,
)

describe('describeConfig', () => {
  it('says where everything goes and how', () => {
    expect(describeConfig(config)).toMatchObject({
      redisUrl: 'rediss://•••@redis.example.com:6380/1',
      namespace: 'ringback',
      opsPort: 9464,
      shutdownDeadline: '20s',
      lockDuration: '8s',
      destinations: {
        default: {
          salesforceUrl: 'https://acme.my.salesforce-scrt.com/telephony/v1',
          salesforceOrgId: '00DHs00000Kmpyr',
          telephonyProviderName: 'none',
          rate: 10,
          maxRetryDuration: '36h',
          backoffMax: '10m',
          notFoundGrace: '0ms',
        },
      },
    })
  })

  it.each(namesIn(globalSettings, ['redisUrlFile', 'config']))('says %s', (name) => {
    expect(describeConfig(config)).toHaveProperty([name])
  })

  it.each(
    namesIn(destinationSettings, ['privateKeyFile', 'certificateFile']).filter(
      (name) => !name.startsWith('verify'),
    ),
  )('says %s of a destination', (name) => {
    expect(describeConfig(config)).toHaveProperty(['destinations', 'default', name])
  })

  it('names the key by the fingerprint of its public half', () => {
    const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
    const fingerprint = createHash('sha256').update(spki).digest('hex')

    expect(describeConfig(config)).toMatchObject({
      destinations: { default: { privateKey: `RSA 2048, SHA-256 ${fingerprint}` } },
    })
  })

  it('names whoever acts without what looks like a number', () => {
    const env = {
      ...environmentWithoutKey,
      RINGBACK_SALESFORCE_PRIVATE_KEY: pem,
      RINGBACK_OPERATOR: 'call +1 844 579 1189',
    }
    expect(describeConfig(loadWorkerConfig(env, clockIn2026))).toMatchObject({
      operator: 'call +18•••89',
    })
  })

  it('holds no secret', () => {
    const text = JSON.stringify(describeConfig(config))
    const jwk = privateKey.export({ format: 'jwk' })

    expect(text).not.toContain('hunter2')
    expect(text).not.toContain('PRIVATE KEY')
    for (const line of pem.split('\n').filter((each) => each.length > 8)) {
      expect(text).not.toContain(line)
    }
    for (const part of [jwk.d, jwk.p, jwk.q]) {
      expect(text).not.toContain(part ?? 'missing')
    }
  })
})

/** All but those that only lead to what is described. */
function namesIn(schema: SettingsSchema, others: readonly string[]): string[] {
  return settingsIn(schema)
    .map((setting) => settingInfo(setting).name)
    .filter((name) => !others.includes(name))
}
