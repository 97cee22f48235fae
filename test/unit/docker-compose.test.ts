/** What the Dockerfile and docker-compose.yml say, held to what the code needs. That they work is tried on an engine. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { startLocalRedis } from '../../src/local-redis/start-local-redis.ts'
import { loadWorkerConfig } from '../../src/shared/config/load.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { parseDurationMs } from '../../src/shared/time/duration.ts'
import { clockIn2026, fixtureKeyFile } from './shared/config/sample-environment.ts'

const compose = read('docker-compose.yml')
const dockerfile = read('Dockerfile')
const workerService = serviceOf('worker')

describe('the Redis of docker-compose.yml', () => {
  const flags = redisFlags()

  it('has the durability that the design asks for', () => {
    expect(flags).toEqual({
      bind: '0.0.0.0',
      'protected-mode': 'no',
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      'maxmemory-policy': 'noeviction',
      'hash-max-listpack-value': '4096',
      'proto-max-bulk-len': '1048576',
    })
  })

  it('runs as the Redis of `npm start` does, but for who may reach it', async () => {
    const redis = await localRedis()
    const { bind, 'protected-mode': mode, ...same } = flags
    for (const [name, value] of Object.entries(same)) {
      expect(await redis.config('GET', name)).toEqual([name, value])
    }
    expect(await redis.config('GET', 'bind')).not.toEqual(['bind', bind])
    expect(await redis.config('GET', 'protected-mode')).not.toEqual(['protected-mode', mode])
  })

  it('cannot be reached from outside: it has no password', () => {
    expect(serviceOf('redis')).not.toContain('ports:')
    expect(serviceOf('redis')).not.toContain('network_mode')
  })

  it('is pinned by digest', () => {
    expect(/image: (\S+)/.exec(serviceOf('redis'))?.[1]).toMatch(
      /^\$\{REDIS_IMAGE:-redis:8\.\d+\.\d+-alpine@sha256:[0-9a-f]{64}\}$/,
    )
  })

  it('keeps its data in a volume', () => {
    expect(serviceOf('redis')).toContain("volumes: ['redis-data:/data']")
  })
})

describe('the services of docker-compose.yml', () => {
  it('publish every port to this machine only', () => {
    const published = [...compose.matchAll(/'([^']*):\d+'/g)].map(([, ref]) => ref)
    expect(published).toHaveLength(3)
    for (const ref of published) expect(ref).toMatch(/^127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}$/)
  })

  it('build their one image once, and never look for it in a registry', () => {
    // Two builds of one tag at the same time fail on a current Docker: "already exists".
    const built = ['sandbox', 'worker'].filter((name) => /^ {4}build:/m.test(serviceOf(name)))
    expect(built).toEqual(['sandbox'])
    expect(compose.match(/^ {2,}build:/gm)).toHaveLength(1)
    expect(workerService).toContain('pull_policy: never')
  })

  it('give the worker a configuration that it accepts, for a sandbox with the same org and call center', () => {
    const env = environmentOf(workerService)
    const keyFile = env['RINGBACK_SALESFORCE_PRIVATE_KEY_FILE']
    const config = loadWorkerConfig(
      { ...env, RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: fixtureKeyFile },
      clockIn2026,
    )
    const sandbox = serviceOf('sandbox')
    const [destination] = config.destinations
    expect(sandbox).toContain(`--key-file=${keyFile}`)
    expect(sandbox).toContain(`--org-id=${destination?.salesforce.orgId}`)
    expect(sandbox).toContain(`--call-center=${destination?.salesforce.callCenter}`)
    expect(destination?.salesforce.baseUrl).toBe('http://127.0.0.1:8080/telephony/v1')
    expect(sandbox).toContain('--port=8080')
    expect(workerService).toContain("network_mode: 'service:sandbox'")
  })

  it('let a worker that is told to stop take its whole deadline, and two seconds for its last words', () => {
    const grace = parseDurationMs(/stop_grace_period: (\S+)/.exec(workerService)?.[1] ?? '')
    const { shutdownDeadlineMs } = loadWorkerConfig(
      {
        ...environmentOf(workerService),
        RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: fixtureKeyFile,
      },
      clockIn2026,
    )
    expect(grace).toBeGreaterThan(shutdownDeadlineMs + 2_000)
  })
})

describe('the image', () => {
  const stages = dockerfile.split(/^FROM /m)
  const runtime = stages.at(-1) ?? ''
  const stageOf = (name: string) => stages.find((text) => text.includes(` AS ${name}\n`)) ?? ''

  it('runs as the user `node`, not as root, and says so in numbers', () => {
    expect([...runtime.matchAll(/^USER (.*)$/gm)].map(([, user]) => user)).toEqual(['1000:1000'])
  })

  it('is the current Node LTS in every stage, pinned by digest', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
    expect(bases).toEqual([
      ...Array<string>(4).fill('${NODE_IMAGE}'),
      '${DISTROLESS_IMAGE}',
      '${NODE_IMAGE}',
    ])
    expect(/^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1]).toMatch(
      /^node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/,
    )
  })

  it('has production dependencies only', () => {
    const stage = stageOf('dependencies')
    expect(stage).toContain('RUN npm ci --omit=dev')
    expect(stageOf('files')).toContain('COPY --from=dependencies /app/node_modules/ node_modules/')
    for (const image of [runtime, stageOf('distroless')]) {
      expect(image.match(/^COPY .*/gm)).toEqual(['COPY --from=files /app/ ./'])
      expect(image).not.toContain('node_modules')
    }
  })

  it('is copied from files that exist and that .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(
      ([, sources = '']) => sources.split(' '),
    )
    expect(new Set(copied)).toEqual(new Set(allowed))
    for (const source of copied.filter((each) => !each.includes('*'))) {
      expect(existsSync(pathOf(source)), source).toBe(true)
    }
  })

  it('takes nothing from elsewhere but packages that a lock file names, and runs no script of theirs', () => {
    expect(dockerfile).not.toMatch(/^ADD /m)
    expect(dockerfile).not.toMatch(/curl|wget|apt/)
    const installs = [...dockerfile.matchAll(/npm (?!run build).*/g)].map(([command]) => command)
    for (const install of installs.filter((each) => !each.startsWith('npm ci`'))) {
      expect(install).toMatch(/^npm ci (?:--omit=dev )?--ignore-scripts$/)
    }
  })

  it('says what it is, and of which version', () => {
    const labels = [...runtime.matchAll(/org\.opencontainers\.image\.(\w+)=/g)].map(
      ([, name]) => name,
    )
    expect(labels).toEqual(['title', 'description', 'version', 'revision'])
  })

  it('is nobody in the target without a shell either, and needs none for its health', () => {
    const distroless = stageOf('distroless')
    expect(/^USER (.*)$/m.exec(distroless)?.[1]).toBe('65532:65532')
    const node = '["/nodejs/bin/node", "/app/deploy/image/ringback.js"'
    expect(distroless).toContain(`CMD ${node}, "health", "--container"]`)
    expect(distroless).toContain(`ENTRYPOINT ${node}]`)
    expect(distroless).not.toMatch(/^RUN /m)
  })

  it('starts a file that may be executed', () => {
    expect(runtime).toContain('ln -s /app/deploy/image/ringback.js /usr/local/bin/ringback')
    expect(read('deploy/image/ringback.js')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(statSync(pathOf('deploy/image/ringback.js')).mode & 0o111).toBe(0o111)
  })

  it('has the packages for traces in the versions that are tried here', () => {
    const image = packageOf('deploy/image/package.json').dependencies
    const ours = packageOf('package.json').devDependencies
    for (const [name, version] of Object.entries(image ?? {})) {
      expect(ours?.[name], name).toBe(version)
    }
  })

  it('gets its signals and its health command without a shell between', () => {
    expect(dockerfile).toContain('STOPSIGNAL SIGTERM')
    expect(execForm('ENTRYPOINT')).toEqual(['ringback'])
    expect(execForm('CMD')).toEqual(['worker'])
    expect(execForm('HEALTHCHECK')).toHaveLength(3)
  })

  it('asks the command for its health that knows the settings, and what the container runs', () => {
    expect(execForm('HEALTHCHECK')).toEqual(['ringback', 'health', '--container'])
  })
})

interface Package {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

function packageOf(file: string): Package {
  return JSON.parse(read(file)) as Package
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url))
}

function read(file: string): string {
  return readFileSync(pathOf(file), 'utf8')
}

/** The lines of one service, comments left out. */
function serviceOf(name: string): string {
  const lines = compose.split('\n').filter((line) => !line.trim().startsWith('#'))
  const from = lines.indexOf(`  ${name}:`)
  const length = lines.slice(from + 1).findIndex((line) => /^ {0,2}\S/.test(line))
  if (from < 0 || length < 0) throw new Error(`docker-compose.yml has no service ${name}`)
  return lines.slice(from, from + 1 + length).join('\n')
}

function redisFlags(): Record<string, string> {
  const command = /command: >-\n((?: {6}.*\n)+)/.exec(serviceOf('redis'))?.[1] ?? ''
  const [program, ...flags] = command.trim().split(/\s+--/)
  expect(program).toBe('redis-server')
  return Object.fromEntries(
    flags.map((flag) => {
      const [name = '', value = ''] = flag.split(' ')
      return [name, value.replaceAll('"', '')]
    }),
  )
}

function environmentOf(service: string): Record<string, string> {
  return Object.fromEntries(
    [...service.matchAll(/^ {6}(RINGBACK_\w+): (.*)$/gm)].map(([, name, value]) => [name, value]),
  ) as Record<string, string>
}

function execForm(instruction: string): string[] {
  const pattern = new RegExp(
    instruction === 'HEALTHCHECK'
      ? String.raw`^HEALTHCHECK [^\n]*\\\n\s+CMD (\[.*\])$`
      : `^${instruction} (.*)$`,
    'm',
  )
  return JSON.parse(pattern.exec(dockerfile.split(/^FROM /m).at(-1) ?? '')?.[1] ?? '[]') as string[]
}

async function localRedis(): Promise<Redis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-compose-'))
  const server = await startLocalRedis({ dataDir, say: () => undefined, clock: systemClock })
  const redis = new Redis(server.url, { protocol: 2 })
  onTestFinished(async () => {
    redis.disconnect()
    await server.stop()
    await rm(dataDir, { recursive: true })
  })
  return redis
}
