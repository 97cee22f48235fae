import { generateKeyPairSync } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { Finding } from '../../../src/ops/doctor/finding.ts'
import { createKeyPair } from '../../../src/sandbox/key-pair.ts'
import { startSandbox } from '../../../src/sandbox/sandbox.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { temporaryFile } from '../../unit/shared/config/temporary-folder.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { xadd } from '../../support/inbox.ts'
import { freshNamespace } from '../../support/redis.ts'
import { runCommand } from './support/cli.ts'
import { containing, matching } from './support/asymmetric.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const { privateKeyPem } = createKeyPair()

const healthy = {
  RINGBACK_SALESFORCE_URL: 'https://acme.my.salesforce-scrt.com',
  RINGBACK_SALESFORCE_ORG_ID: '00DHs00000Kmpyr',
  RINGBACK_SALESFORCE_CALL_CENTER: 'scv4cc1',
  RINGBACK_SALESFORCE_PRIVATE_KEY: privateKeyPem,
}

async function examine(env: Record<string, string>) {
  const { status, stdout, stderr } = await runCommand({ env }, 'doctor', '--json')
  const findings = JSON.parse(stdout) as Finding[]
  return {
    status,
    stderr,
    findings,
    of: (check: string) => findings.filter((finding) => finding.check === check),
    verdicts: Object.fromEntries(findings.map(({ check, verdict }) => [check, verdict])),
  }
}

/** A Redis of its own, whose settings may be changed. */
async function withServer() {
  const server = await startPrivateRedis()
  const admin = new Redis(server.url)
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  return {
    admin,
    url: server.url,
    env: { ...environmentOf(server.url, freshNamespace()), ...healthy },
  }
}

describe('ringback doctor', () => {
  it('finds everything in order where it is, and ends with 0', async () => {
    const { env } = await withServer()
    const { status, findings, verdicts } = await examine(env)
    const plain = await runCommand({ env }, 'doctor')

    expect(status).toBe(0)
    expect(new Set(findings.map(({ verdict }) => verdict))).toEqual(new Set(['ok']))
    expect(Object.keys(verdicts)).toEqual([
      ...['configuration', 'salesforce url', 'private key', 'certificate', 'token', 'redis'],
      ...['redis version', 'maxmemory-policy', 'append-only file', 'appendfsync', 'hz'],
      ...['hash-max-listpack-value', 'clock', 'inboxes'],
    ])
    expect(plain.status).toBe(0)
    expect(plain.stdout).toMatch(/^ok +private key +default: RSA 2048, SHA-256 [0-9a-f]{64}$/m)
    expect(plain.stdout).toMatch(/^0 failed, 0 to look at, 14 in order\.$/m)
  })

  it.each([
    ['appendonly', 'no', 'append-only file', 'fail', 'appendonly yes'],
    ['maxmemory-policy', 'allkeys-lru', 'maxmemory-policy', 'fail', 'noeviction'],
    ['appendfsync', 'no', 'appendfsync', 'warn', 'everysec'],
    ['hz', '10', 'hz', 'warn', 'hz 100'],
    ['hash-max-ziplist-value', '64', 'hash-max-listpack-value', 'warn', '4096'],
  ])('finds a Redis with %s %s, and says the mend', async (name, value, check, verdict, mend) => {
    const { env, admin } = await withServer()
    await admin.config('SET', name, value)
    const { status, of } = await examine(env)
    const plain = await runCommand({ env }, 'doctor')

    expect(of(check)).toEqual([expect.objectContaining({ verdict, mend: containing(mend) })])
    expect(status).toBe(verdict === 'fail' ? 1 : 0)
    expect(plain.stdout).toMatch(new RegExp(`^${verdict} +${check} .*\\n +→ .*${mend}`, 'm'))
  })

  it('calls unknown, and no fault, what a managed Redis does not tell', async () => {
    const { env, admin, url } = await withServer()
    await admin.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '+@all', '-config', '-info')
    const guest = { ...env, RINGBACK_REDIS_URL: url.replace('//', '//guest:word@') }
    const { status, verdicts } = await examine(guest)

    expect(status).toBe(0)
    expect(verdicts).toMatchObject({
      redis: 'ok',
      'redis version': 'unknown',
      'maxmemory-policy': 'unknown',
      'append-only file': 'unknown',
      appendfsync: 'unknown',
      hz: 'unknown',
      'hash-max-listpack-value': 'unknown',
      clock: 'ok',
    })
  })

  it('reads from INFO what CONFIG may not tell', async () => {
    const { env, admin, url } = await withServer()
    await admin.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '+@all', '-config')
    const { verdicts } = await examine({
      ...env,
      RINGBACK_REDIS_URL: url.replace('//', '//guest:word@'),
    })
    expect(verdicts).toMatchObject({
      ...{ 'redis version': 'ok', 'maxmemory-policy': 'ok', 'append-only file': 'ok', hz: 'ok' },
      appendfsync: 'unknown',
    })
  })

  it('says that a password is wanted', async () => {
    const { env, admin } = await withServer()
    await admin.config('SET', 'requirepass', 'secret-word')
    const { status, of } = await examine(env)
    expect(status).toBe(1)
    expect(of('redis')).toEqual([
      expect.objectContaining({ verdict: 'fail', message: containing('NOAUTH') }),
    ])
  })

  it('goes on with everything else when Redis is away', async () => {
    const env = { ...environmentOf('redis://127.0.0.1:1', 'x'), ...healthy }
    const { status, verdicts } = await examine(env)
    expect(status).toBe(1)
    expect(verdicts).toMatchObject({
      configuration: 'ok',
      'private key': 'ok',
      token: 'ok',
      redis: 'fail',
    })
  })

  it('goes on with Redis when the configuration is broken, and names each broken part by itself', async () => {
    const { env, place, redis } = freshEnvironment()
    await xadd(redis, place, { callId: 'c', callbackNumber: '+18445791189' })
    const { privateKey: weak } = generateKeyPairSync('rsa', {
      modulusLength: 1_024,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const { status, of, verdicts } = await examine({
      ...env,
      ...healthy,
      RINGBACK_RATE: 'fast',
      RINGBACK_SALESFORCE_URL: 'http://evil.example.com',
      RINGBACK_SALESFORCE_PRIVATE_KEY: weak,
      RINGBACK_SALESFORCE_CERTIFICATE_FILE: '/nonexistent.crt',
    })

    expect(status).toBe(1)
    expect(of('configuration')).toEqual([
      expect.objectContaining({
        verdict: 'fail',
        message: matching(/^RINGBACK_RATE: /),
      }),
    ])
    expect(of('salesforce url')[0]).toMatchObject({
      verdict: 'fail',
      message: containing('neither on a host'),
    })
    expect(of('private key')[0]).toMatchObject({
      verdict: 'fail',
      message: containing('1024 bits'),
    })
    expect(of('certificate')[0]).toMatchObject({
      verdict: 'fail',
      message: containing('does not exist'),
    })
    expect(of('inboxes')[0]?.mend).toContain('What is configured here could not be read.')
    expect(verdicts).toMatchObject({ token: 'unknown', redis: 'ok', clock: 'ok' })
  })

  it('does the same for destinations of a file', async () => {
    const { env } = freshEnvironment()
    const destination = {
      salesforceUrl: 'https://acme.my.salesforce-scrt.com',
      salesforceOrgId: '00DHs00000Kmpyr',
      salesforceCallCenter: 'cc',
      privateKeyFile: 'missing.key',
    }
    const file = temporaryFile(
      'ringback.json',
      JSON.stringify({ destinations: { acme: destination } }),
    )
    const { of } = await examine({ ...env, RINGBACK_CONFIG: file })
    expect(of('private key')).toEqual([
      expect.objectContaining({
        verdict: 'fail',
        message: matching(/^destinations\.acme\.privateKeyFile: .*does not exist/),
      }),
    ])
  })

  it('warns of intents that wait where no worker ever looked', async () => {
    // Of its own: no worker has met what is sent here, and the doctor looks at some thousand keys only.
    const { env, place, redis } = freshEnvironment((await startPrivateRedis()).url)
    const intent = { callId: 'c', callbackNumber: '+18445791189' }
    await xadd(redis, { ...place, destination: 'defualt' }, intent)
    await xadd(redis, place, intent)
    const { status, of } = await examine({ ...env, ...healthy })
    expect(status).toBe(0)
    expect(of('inboxes')).toEqual([
      expect.objectContaining({
        verdict: 'warn',
        mend: containing('ringback worker'),
      }),
      expect.objectContaining({
        verdict: 'warn',
        mend: containing('is the name right?'),
      }),
    ])
  })

  it('asks Salesforce only where an uncertain outcome is to be verified, and says what is in the way', async () => {
    const { env } = freshEnvironment()
    const coreKeys = createKeyPair()
    const core = { clientId: 'app', username: 'ringback@acme', publicKey: coreKeys.publicKey }
    const { publicKey } = createKeyPair()
    const sandbox = await startSandbox({
      ...{ publicKey, orgId: 'x', callCenter: 'y', core },
      clock: systemClock,
    })
    onTestFinished(() => sandbox.close())
    const asking = {
      ...{ ...env, ...healthy, RINGBACK_SALESFORCE_URL: sandbox.url },
      RINGBACK_VERIFY_CLIENT_ID: core.clientId,
      RINGBACK_VERIFY_USERNAME: core.username,
      RINGBACK_VERIFY_PRIVATE_KEY: coreKeys.privateKeyPem,
      RINGBACK_VERIFY_BY_CALL_ID: 'true',
    }
    const verifying = { ...asking, RINGBACK_ON_UNCERTAIN: 'verify' }

    expect((await examine(asking)).of('verification')).toEqual([])
    expect(sandbox.coreCounts()).toMatchObject({ token: 0, query: 0 })
    const well = await examine(verifying)
    expect(well.of('verification')).toMatchObject([
      { verdict: 'ok', message: matching(/^default: /) },
    ])
    expect(sandbox.coreCounts()).toEqual({ token: 1, query: 1, endings: { 200: 2 } })

    sandbox.setFaults([{ do: 'refuse', on: 'query' }])
    expect((await examine(verifying)).of('verification')).toMatchObject([
      {
        verdict: 'fail',
        message: containing('INSUFFICIENT_ACCESS'),
        mend: containing('docs/verifying.md'),
      },
    ])
    sandbox.setFaults([{ do: 'break', on: 'token' }])
    expect((await examine(verifying)).of('verification')).toMatchObject([
      { verdict: 'fail', message: containing('503'), mend: containing('RINGBACK_VERIFY_URL') },
    ])
  })

  it('prints no key and no password', async () => {
    const { env } = freshEnvironment()
    const url = (env['RINGBACK_REDIS_URL'] ?? '').replace('//', '//somebody:secret-word@')
    const { stdout } = await runCommand(
      { env: { ...env, ...healthy, RINGBACK_REDIS_URL: url } },
      'doctor',
    )
    expect(stdout).toMatch(/^fail +redis /m)
    expect(stdout).not.toContain('secret-word')
    expect(stdout).not.toContain(privateKeyPem.split('\n')[1] ?? '-----')
  })
})
