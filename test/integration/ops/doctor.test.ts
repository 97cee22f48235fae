import { generateKeyPairSync } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import type { Finding } from '../../../src/ops/operations/doctor/finding.ts'
import type { Fault } from '../../../src/sandbox/faults.ts'
import { createKeyPair } from '../../../src/sandbox/key-pair.ts'
import { startSandbox } from '../../../src/sandbox/sandbox.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { inboxKey } from '../../../src/shared/redis/keys.ts'
import { ensureInboxGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { publishKeys } from '../../../src/shared/store/public-keys/public-keys.ts'
import { heartbeat } from '../../support/heartbeat.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { temporaryFile } from '../../unit/shared/config/temporary-folder.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { spawnRingback } from '../../support/process.ts'
import { startRedisProcess } from '../../support/redis-process.ts'
import { startPair } from '../../support/replica.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'
import { workerSettings } from '../../support/worker-process.ts'
import { xadd } from '../../support/inbox.ts'
import { freshNamespace, loginAs } from '../../support/redis.ts'
import { runCommand } from './support/cli.ts'
import { containing, matching } from './support/asymmetric.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const { privateKeyPem } = createKeyPair()

const healthy = {
  RINGBACK_SALESFORCE_URL: 'https://acme.my.salesforce-scrt.com',
  RINGBACK_SALESFORCE_ORG_ID: '00DHs00000Kmpyr',
  RINGBACK_SALESFORCE_CALL_CENTER: 'scv4cc1',
  RINGBACK_SALESFORCE_PRIVATE_KEY: privateKeyPem,
  RINGBACK_TELEPHONY_PROVIDER_NAME: 'Amazon Connect',
}

async function examine(env: Record<string, string>, ...options: string[]) {
  const command = ['doctor', '--json', ...options]
  const { status, stdout, stderr } = await runCommand({ env }, ...command)
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
  const namespace = freshNamespace()
  return {
    admin,
    url: server.url,
    store: openStore(admin, { namespace, destination: 'default' }),
    env: { ...environmentOf(server.url, namespace), ...healthy },
  }
}

const aWorker = {
  name: 'host-1-a',
  version: '1.0.0',
  startedAt: '2026-02-26T15:00:00.000Z',
  settings: { rate: 10, concurrency: 50 },
}

describe('ringback doctor', () => {
  it('finds everything in order where it is, but that no worker runs yet, and ends with 0', async () => {
    const { env } = await withServer()
    const { status, findings, verdicts } = await examine(env)
    const plain = await runCommand({ env }, 'doctor')

    expect(status).toBe(0)
    const others = findings.filter(({ check }) => check !== 'workers')
    expect(new Set(others.map(({ verdict }) => verdict))).toEqual(new Set(['ok']))
    expect(Object.keys(verdicts)).toEqual([
      ...['configuration', 'salesforce url', 'private key', 'certificate', 'telephony provider'],
      ...['token', 'redis', 'redis role', 'redis version', 'maxmemory-policy'],
      ...['append-only file', 'appendfsync', 'hash-max-listpack-value'],
      ...['proto-max-bulk-len', 'clock'],
      ...['workers', 'dispatch', 'lately', 'inboxes', 'stream ids', 'scripts', 'redis users'],
    ])
    expect(plain.status).toBe(0)
    expect(plain.stdout).toMatch(/^ok +private key +default: RSA 2048, SHA-256 [0-9a-f]{64}$/m)
    expect(plain.stdout).toMatch(/^0 failed, 1 to look at, 21 in order\.$/m)
  })

  it('does not say of what is not set that there is no problem with it', async () => {
    const { env } = await withServer()
    const { RINGBACK_SALESFORCE_URL: _, RINGBACK_SALESFORCE_ORG_ID: __, ...rest } = env
    const {
      RINGBACK_SALESFORCE_CALL_CENTER: ___,
      RINGBACK_SALESFORCE_PRIVATE_KEY: ____,
      ...bare
    } = rest
    const { of } = await examine(bare)
    for (const check of ['private key', 'certificate']) {
      expect(of(check)).toEqual([{ check, verdict: 'unknown', message: 'it is not set' }])
    }
  })

  it.each([
    ['appendonly', 'no', 'append-only file', 'fail', 'appendonly yes'],
    ['maxmemory-policy', 'allkeys-lru', 'maxmemory-policy', 'fail', 'noeviction'],
    ['appendfsync', 'no', 'appendfsync', 'warn', 'everysec'],
    ['hash-max-ziplist-value', '64', 'hash-max-listpack-value', 'warn', '4096'],
    ['proto-max-bulk-len', '536870912', 'proto-max-bulk-len', 'warn', '1048576'],
  ])('finds a Redis with %s %s, and says the fix', async (name, value, check, verdict, fix) => {
    const { env, admin } = await withServer()
    await admin.config('SET', name, value)
    const { status, of } = await examine(env)
    const plain = await runCommand({ env }, 'doctor')

    expect(of(check)).toEqual([expect.objectContaining({ verdict, fix: containing(fix) })])
    expect(status).toBe(verdict === 'fail' ? 1 : 0)
    expect(plain.stdout).toMatch(new RegExp(`^${verdict} +${check} .*\\n +→ .*${fix}`, 'm'))
  })

  it('calls unknown, not a fault, what a managed Redis does not report', async () => {
    const { env, admin, url } = await withServer()
    await admin.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '+@all', '-config', '-info')
    const guest = { ...env, RINGBACK_REDIS_URL: loginAs(url, 'guest', 'word') }
    const warn = vi.spyOn(console, 'warn')
    const { status, verdicts, stderr } = await examine(guest)

    expect(status).toBe(0)
    expect(stderr).toBe('')
    expect(warn).not.toHaveBeenCalled()
    expect(verdicts).toMatchObject({
      redis: 'ok',
      'redis role': 'unknown',
      scripts: 'ok',
      'redis version': 'unknown',
      'maxmemory-policy': 'unknown',
      'append-only file': 'unknown',
      appendfsync: 'unknown',
      'hash-max-listpack-value': 'unknown',
      'proto-max-bulk-len': 'unknown',
      clock: 'ok',
    })
  })

  it('reads from INFO what CONFIG may not report', async () => {
    const { env, admin, url } = await withServer()
    await admin.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '+@all', '-config')
    const { verdicts } = await examine({
      ...env,
      RINGBACK_REDIS_URL: loginAs(url, 'guest', 'word'),
    })
    expect(verdicts).toMatchObject({
      'redis version': 'ok',
      'maxmemory-policy': 'ok',
      'append-only file': 'ok',
      appendfsync: 'unknown',
    })
  })

  it('says that a password is wanted', async () => {
    const { env, url } = await withServer()
    const { status, of } = await examine({ ...env, RINGBACK_REDIS_URL: loginAs(url) })
    expect(status).toBe(1)
    expect(of('redis')).toEqual([
      expect.objectContaining({ verdict: 'fail', message: containing('NOAUTH') }),
    ])
  })

  it.each([
    ['is not there', () => 'redis://127.0.0.1:1', /did not answer/, /^Check the server/],
    ['has no such database', (url: string) => `${url}/16`, /database 16/, /^Correct the number/],
    [
      'does not know the user',
      (url: string) => loginAs(url, 'somebody', 'word'),
      /WRONGPASS/,
      /^Check user and password/,
    ],
  ])('gives the fix that belongs to a server that %s', async (_name, urlOf, wrong, fix) => {
    const { env, url } = await withServer()
    const { of } = await examine({ ...env, RINGBACK_REDIS_URL: urlOf(url) })
    const [finding] = of('redis')
    expect(finding).toMatchObject({
      verdict: 'fail',
      message: matching(wrong),
      fix: matching(fix),
    })
    // That is for who submits.
    expect(finding?.message).not.toContain('same id')
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
    const { env, store } = freshEnvironment()
    await xadd(store, { callId: 'c', callbackNumber: '+18445791189' })
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
    expect(of('inboxes')[0]?.fix).toContain('The configuration here could not be read.')
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

  it('warns of intents that wait in an inbox that no worker has served', async () => {
    // Of its own: no worker has met what is sent here, and the doctor looks at some thousand keys only.
    const { env, store } = freshEnvironment((await startPrivateRedis()).url)
    const intent = { callId: 'c', callbackNumber: '+18445791189' }
    await xadd(openStore(store.redis, { ...store.ref, destination: 'defualt' }), intent)
    await xadd(store, intent)
    const { status, of } = await examine({ ...env, ...healthy })
    expect(status).toBe(1)
    expect(of('workers')).toMatchObject([
      { verdict: 'fail', message: 'default: no worker is alive, and 1 callback waits for one' },
    ])
    expect(of('inboxes')).toEqual([
      expect.objectContaining({
        verdict: 'warn',
        fix: containing('ringback worker'),
      }),
      expect.objectContaining({
        verdict: 'warn',
        fix: containing('is the name right? Configured here: "default".'),
      }),
    ])
  })

  it('says unknown, not none, where nobody counts how many entries were removed', async () => {
    const { env, store } = freshEnvironment((await startPrivateRedis()).url)
    await ensureInboxGroup(store)
    const { status, of } = await examine({ ...env, ...healthy })
    expect(status).toBe(0)
    expect(of('inboxes')).toEqual([
      {
        check: 'inboxes',
        verdict: 'ok',
        message: 'no intents wait in an inbox that no worker has ever served',
      },
      expect.objectContaining({
        verdict: 'unknown',
        message: containing(
          `it is not known whether entries of ${inboxKey(store.ref)} were removed`,
        ),
      }),
    ])
  })

  it('asks Salesforce only where an uncertain outcome is to be verified, and says what is in the way', async () => {
    const { env } = freshEnvironment()
    const coreKeys = createKeyPair()
    const core = { clientId: 'app', username: 'ringback@acme', publicKey: coreKeys.publicKey }
    const { publicKey } = createKeyPair()
    const sandbox = await startSandbox({
      publicKey,
      orgId: 'x',
      callCenter: 'y',
      core,
      clock: systemClock,
    })
    onTestFinished(() => sandbox.close())
    const asking = {
      ...env,
      ...healthy,
      RINGBACK_SALESFORCE_URL: sandbox.url,
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
        fix: containing('docs/verifying.md'),
      },
    ])
    sandbox.setFaults([{ do: 'break', on: 'token' }])
    expect((await examine(verifying)).of('verification')).toMatchObject([
      { verdict: 'fail', message: containing('503'), fix: containing('RINGBACK_VERIFY_URL') },
    ])
  })

  it('finds that the server is a replica, by what it says and by what it refuses', async () => {
    const { replica } = await startPair()
    const { status, of, verdicts } = await examine({
      ...environmentOf(replica, freshNamespace()),
      ...healthy,
    })
    expect(status).toBe(1)
    expect(of('redis role')).toEqual([
      expect.objectContaining({ verdict: 'fail', fix: containing('primary') }),
    ])
    expect(of('scripts')).toEqual([
      expect.objectContaining({
        verdict: 'fail',
        message: containing('default: refused: READONLY'),
      }),
    ])
    expect(verdicts).toMatchObject({ redis: 'ok', clock: 'ok' })
  })

  it('finds that the server is a node of a cluster that does not hold the keys', async () => {
    const { host, port } = await startRedisProcess({ isNode: true })
    const url = `redis://${host}:${port}`
    const { status, of } = await examine({ ...environmentOf(url, freshNamespace()), ...healthy })
    expect(status).toBe(1)
    expect(of('scripts')).toEqual([
      expect.objectContaining({ verdict: 'fail', fix: containing('redis+cluster://') }),
    ])
  })

  it.each([['-eval'], ['-evalsha'], ['-hdel'], ['resetkeys ~other:*']])(
    'finds that the user lacks a right of every script: %s',
    async (rule) => {
      const { env, admin, url } = await withServer()
      const rules = ['on', '>word', '~*', '+@all', ...rule.split(' ')]
      await admin.call('ACL', 'SETUSER', 'guest', ...rules)
      const guest = { ...env, RINGBACK_REDIS_URL: loginAs(url, 'guest', 'word') }
      const { status, of } = await examine(guest)
      expect(status).toBe(1)
      expect(of('scripts')).toEqual([
        expect.objectContaining({ verdict: 'fail', fix: containing('commands and keys') }),
      ])
    },
  )

  it('leaves no key behind', async () => {
    const { env, admin } = await withServer()
    await examine(env)
    expect(await admin.dbsize()).toBe(0)
  })

  it('finds that the database is none, and names the one that is selected', async () => {
    const { env, url } = await withServer()
    const none = await examine({ ...env, RINGBACK_REDIS_URL: `${url}/16` })
    expect(none.status).toBe(1)
    expect(none.of('redis')).toEqual([
      expect.objectContaining({ verdict: 'fail', message: containing('select database 16') }),
    ])
    const { of } = await examine({ ...env, RINGBACK_REDIS_URL: `${url}/3` })
    expect(of('redis')[0]?.message).toMatch(/; database 3 is selected\.?$/)
  })

  it('warns of a telephony provider that is not named', async () => {
    const { env } = freshEnvironment()
    const { RINGBACK_TELEPHONY_PROVIDER_NAME: _name, ...nameless } = healthy
    const { of } = await examine({ ...env, ...nameless })
    expect(of('telephony provider')).toEqual([
      expect.objectContaining({
        verdict: 'warn',
        fix: containing('RINGBACK_TELEPHONY_PROVIDER_NAME'),
      }),
    ])
  })

  it('connects to Salesforce with --connect, and sends nothing', async () => {
    const { env } = freshEnvironment()
    const { publicKey } = createKeyPair()
    const sandbox = await startSandbox({
      publicKey,
      orgId: 'x',
      callCenter: 'y',
      clock: systemClock,
    })
    onTestFinished(() => sandbox.close())
    const local = { ...env, ...healthy, RINGBACK_SALESFORCE_URL: sandbox.url }
    expect((await examine(local)).of('connection')).toEqual([])
    expect((await examine(local, '--connect')).of('connection')).toEqual([
      expect.objectContaining({ verdict: 'ok', message: containing(new URL(sandbox.url).host) }),
    ])
    expect(sandbox.requests()).toEqual([])

    const proxy = await startConnectProxy({ status: 407 })
    const HTTPS_PROXY = proxy.url.replace('//', '//user:secret-word@')
    const proxied = await examine({ ...env, ...healthy, HTTPS_PROXY }, '--connect')
    expect(proxied.status).toBe(1)
    expect(proxied.of('connection')).toEqual([
      expect.objectContaining({
        verdict: 'fail',
        message: matching(
          /acme\.my\.salesforce-scrt\.com cannot be reached through the proxy http:\/\/•••@127/,
        ),
        fix: containing('HTTPS_PROXY'),
      }),
    ])
    expect(proxy.asked.map(({ target }) => target)).toEqual(['acme.my.salesforce-scrt.com:443'])
  })

  describe('says what the workers have seen lately', () => {
    async function withWorker(faults: Fault[], ids: string[]) {
      const bundle = await setup({ destination: { retry: hasty } })
      bundle.sandbox.setFaults(faults)
      bundle.startWorker()
      for (const id of ids) await bundle.producer.enqueue(sampleCallback(id))
      await resultsOfAll(bundle, ids)
      const { status, of } = await examine(workerSettings(bundle))
      return { status, lately: of('lately') }
    }

    const hasty = {
      maxAttempts: 2,
      maxRetryDurationMs: 60_000,
      backoff: { initialMs: 1, factor: 2, maxMs: 2 },
      notFoundGraceMs: 0,
    }

    it('where all is well', async () => {
      const { status, lately } = await withWorker([], ['one', 'two'])
      expect(status).toBe(0)
      expect(lately).toEqual([
        {
          check: 'lately',
          verdict: 'ok',
          message: matching(
            /^default: the last booking was .* ago; in the last hour of 2 attempts: 2 booked\.?$/,
          ),
        },
      ])
    })

    it('where Salesforce refuses every token', async () => {
      const { status, lately } = await withWorker([{ do: 'unauthorized' }], ['one', 'two'])
      expect(status).toBe(1)
      expect(lately).toMatchObject([
        {
          verdict: 'fail',
          message: matching(
            /nothing was booked so far; .* of 4 attempts: 4 unavailable \(unauthorized\)/,
          ),
          fix: containing('"Unauthorized"'),
        },
      ])
    })

    it('where there is an outage', async () => {
      const { status, lately } = await withWorker([{ do: 'break', status: 503 }], ['one'])
      expect(status).toBe(1)
      expect(lately).toMatchObject([
        {
          verdict: 'fail',
          message: containing('2 unavailable'),
          fix: containing('Salesforce is down'),
        },
      ])
    })

    it('where one callback was refused: that is not an outage', async () => {
      const { status, lately } = await withWorker([{ do: 'refuse', times: 1 }], ['one'])
      expect(status).toBe(0)
      expect(lately).toMatchObject([{ verdict: 'warn', message: containing('1 refused') }])
    })
  })

  it('warns of a key that others can read, and so does a worker', async () => {
    const { env } = freshEnvironment()
    const file = temporaryFile('key.pem', privateKeyPem)
    await chmod(file, 0o644)
    const { RINGBACK_SALESFORCE_PRIVATE_KEY: _text, ...others } = { ...env, ...healthy }
    const settings = { ...others, RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: file }
    const wrong = 'can be read by every user of this machine (mode 0644)'
    const { of } = await examine(settings)
    expect(of('secret files')).toMatchObject([
      { verdict: 'warn', message: `RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: ${file} ${wrong}` },
    ])
    const worker = spawnRingback(['worker'], { ...settings, RINGBACK_OPS_PORT: 'none' })
    expect(await worker.next('secret-file.exposed')).toMatchObject({ level: 40, file, wrong })
    await worker.next('worker.started')
    await chmod(file, 0o600)
    expect((await examine(settings)).of('secret files')).toEqual([])
  })

  it('prints no key and no password', async () => {
    const { env } = freshEnvironment()
    const url = loginAs(env['RINGBACK_REDIS_URL'] ?? '', 'somebody', 'secret-word')
    const { stdout } = await runCommand(
      { env: { ...env, ...healthy, RINGBACK_REDIS_URL: url } },
      'doctor',
    )
    expect(stdout).toMatch(/^fail +redis /m)
    expect(stdout).not.toContain('secret-word')
    expect(stdout).not.toContain(privateKeyPem.split('\n')[1] ?? '-----')
  })
})

describe('the keys to which numbers are sealed', () => {
  const keys = [{ kty: 'EC', kid: 'ec-one', alg: 'ECDH-ES+A256KW', use: 'enc' } as const]
  const workerWith = (sealKeysFile: string, name = 'host-1-a') => ({
    ...aWorker,
    name,
    settings: { ...aWorker.settings, sealKeysFile },
  })

  it('are in order where a worker has the private ones, or none are published', async () => {
    const { env, store } = await withServer()
    const check = 'sealed numbers'
    await heartbeat(store, workerWith('not set'))
    expect((await examine(env)).of(check)).toEqual([])
    await publishKeys(store, { keys, required: false })
    await heartbeat(store, workerWith('set', 'host-2-b'))
    expect((await examine(env)).of(check)).toEqual([
      { check, verdict: 'ok', message: 'default: producers may seal to ec-one' },
    ])
  })

  it('are a fault where they are published and no living worker has the private ones any more', async () => {
    const { env, store } = await withServer()
    await publishKeys(store, { keys, required: false })
    await heartbeat(store, workerWith('not set'))
    const { status, of } = await examine(env)
    expect(status).toBe(1)
    expect(of('sealed numbers')).toEqual([
      {
        check: 'sealed numbers',
        verdict: 'fail',
        message: containing('no worker has the private ones'),
        fix: containing('RINGBACK_SEAL_KEYS_FILE'),
      },
    ])
  })
})

describe('the workers of a destination', () => {
  it('are missed while none lives', async () => {
    const { env } = await withServer()
    const { status, of } = await examine(env)
    expect(status).toBe(0)
    expect(of('workers')).toEqual([
      {
        check: 'workers',
        verdict: 'warn',
        message: 'default: no worker is alive, and nothing waits for one',
        fix: 'start one: ringback worker',
      },
    ])
  })

  it('are named with each setting in which they differ', async () => {
    const { env, store } = await withServer()
    await heartbeat(store, aWorker)
    await heartbeat(store, { ...aWorker, name: 'host-2-b' })
    const settings = { rate: 5, concurrency: 50 }
    await heartbeat(store, { ...aWorker, name: 'host-3-c', version: '1.1.0', settings })

    const { status, of } = await examine(env)
    expect(status).toBe(0)
    expect(of('workers').map(({ verdict, message }) => [verdict, message])).toEqual([
      [
        'warn',
        'default: 3 workers are alive, and they differ: version is 1.0.0 for host-1-a and host-2-b, 1.1.0 for host-3-c',
      ],
      [
        'warn',
        'default: 3 workers are alive, and they differ: rate is 10 for host-1-a and host-2-b, 5 for host-3-c',
      ],
    ])
  })
})
