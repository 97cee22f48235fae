import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

import { parseDurationMs } from '../../../src/shared/time/duration.ts'
import { isThere, runProgram } from '../../support/debian-program.ts'
import { unknownSettingsIn } from '../../support/known-settings.ts'

const root = 'deploy/kubernetes'
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
)

const probe = z.looseObject({ httpGet: z.strictObject({ path: z.string(), port: z.string() }) })
const container = z.looseObject({
  args: z.array(z.string()),
  securityContext: z.unknown(),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
})
const deployment = z.object({
  spec: z.object({
    replicas: z.number(),
    strategy: z.unknown(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([container]),
        volumes: z.array(z.unknown()),
      }),
    }),
  }),
})

describe.each(files)('deploy/kubernetes/%s', (file) => {
  it('is YAML that says what it is', () => {
    const header = z.looseObject({ apiVersion: z.string(), kind: z.string() })
    expect(header.safeParse(read(file)).success).toBe(true)
  })

  it('names settings that exist', () => {
    expect(unknownSettingsIn(textOf(file))).toEqual([])
  })
})

describe.each(['worker', 'console'])('the %s', (name) => {
  const { template } = deployment.parse(read(`base/${name}.yaml`)).spec
  const pod = template.spec

  it('runs the command of its name', () => {
    expect(pod.containers[0].args).toEqual([name])
  })

  it('is not root and cannot become it, and writes nothing', () => {
    expect(pod).toMatchObject({ securityContext: { runAsNonRoot: true, runAsUser: 1000 } })
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  it('gets no token of the cluster and no addresses of its Services', () => {
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
    expect(read('base/service-account.yaml')).toMatchObject({ automountServiceAccountToken: false })
  })

  it('reads secrets that only its group may read', () => {
    expect(pod).toMatchObject({ securityContext: { fsGroup: 1000 } })
    expect(pod.volumes).toMatchObject([{ name: 'secrets', secret: { defaultMode: 0o440 } }])
  })

  it('is meant by the network policy', () => {
    expect(read('base/network-policy.yaml')).toMatchObject({
      spec: { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'ringback' } } },
    })
    expect(template.metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'ringback' })
  })
})

describe('the worker', () => {
  const { spec } = deployment.parse(read('base/worker.yaml'))
  const pod = spec.template.spec
  const [worker] = pod.containers

  it('has longer than its shutdown deadline', () => {
    const { data } = z
      .object({ data: z.record(z.string(), z.string()) })
      .parse(read('example/config.yaml'))
    const deadlineMs = parseDurationMs(data['RINGBACK_SHUTDOWN_DEADLINE'] ?? '')
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(deadlineMs ?? Infinity)
  })

  it('is killed only where it does not live, and counted only where it is ready', () => {
    const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
      (name) => probe.parse(worker[name]).httpGet.path,
    )
    expect(paths).toEqual(['/livez', '/livez', '/readyz'])
  })

  it('is never the only one that goes, and never fewer than before', () => {
    expect(spec.replicas).toBe(2)
    expect(spec.strategy).toEqual({ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } })
    expect(read('base/disruption-budget.yaml')).toMatchObject({ spec: { maxUnavailable: 1 } })
  })
})

it('gives the console no key of Salesforce', () => {
  expect(textOf('base/console.yaml')).not.toContain('salesforce-key')
})

it('opens no port of the console', () => {
  const text = textOf('base/console.yaml')
  expect(text).not.toContain('containerPort')
  expect(text).not.toContain('RINGBACK_CONSOLE_HOST')
  const base = files.filter((file) => file.startsWith('base/'))
  expect(base.map((file) => read(file))).not.toContainEqual(
    expect.objectContaining({ kind: 'Service' }),
  )
})

it('opens it where people log in, to the ingress controller alone', () => {
  const patch = textOf('components/console-users/console.yaml')
  expect(patch).toContain('RINGBACK_CONSOLE_USERS_FILE, value: /users/console-users')
  expect(patch).toContain('RINGBACK_CONSOLE_NAME')
  expect(read('components/console-users/network-policy.yaml')).toMatchObject({
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'console' } },
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 9465 }] }],
    },
  })
})

it('is never scaled to nothing', () => {
  expect(read('components/keda/scaled-object.yaml')).toMatchObject({ spec: { minReplicaCount: 2 } })
})

describe.skipIf(!isThere('kubectl', ['version', '--client']))('kubectl kustomize', () => {
  it('builds the base', async () => {
    const built = await runProgram('kubectl', ['kustomize', join(root, 'base')])
    expect(built.match(/^kind: .*/gm)?.toSorted()).toEqual([
      ...['kind: Deployment', 'kind: Deployment', 'kind: NetworkPolicy'],
      ...['kind: PodDisruptionBudget', 'kind: ServiceAccount'],
    ])
  })

  it('builds the base with users of the console, who come into the Deployment that there is', async () => {
    const folder = mkdtempSync(join(root, 'users-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const resources = `resources: [../base]\ncomponents: [../components/console-users]\n`
    const kind = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'
    writeFileSync(join(folder, 'kustomization.yaml'), kind + resources)
    const built = await runProgram('kubectl', ['kustomize', folder])
    expect(built.match(/^kind: (?:Deployment|Service)$/gm)).toHaveLength(3)
    expect(built).toMatch(/secretName: ringback-console-users[^]*secretName: ringback-secrets/)
  })

  it('builds the example with both components', async () => {
    const built = await runProgram('kubectl', ['kustomize', join(root, 'example')])
    expect(built).toContain('kind: PodMonitor')
    expect(built).toContain('kind: ScaledObject')
  })
})

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

/** As Kubernetes reads it: 0440 is octal. */
function read(file: string): unknown {
  return parse(textOf(file), { version: '1.1' })
}
