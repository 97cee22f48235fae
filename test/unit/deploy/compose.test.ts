import { existsSync, readFileSync } from 'node:fs'

import { expect, it } from 'vitest'
import { parse } from 'yaml'

import { unknownSettingsIn } from '../../support/known-settings.ts'

interface Service {
  image?: string
  command?: string[]
  environment?: Record<string, string | number>
  ports?: string[]
  volumes?: string[]
  network_mode?: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  stop_grace_period?: string
}

const file = 'deploy/compose/everything.yml'
const text = readFileSync(file, 'utf8')
const services = servicesOf(text)
const basic = servicesOf(readFileSync('docker-compose.yml', 'utf8'))
const named = Object.entries(services)

it('names settings that exist', () => {
  expect(unknownSettingsIn(text)).toEqual([])
})

it('has all that there is to see, and takes the rest from docker-compose.yml', () => {
  const all = { ...basic, ...services }
  expect(Object.keys(all).toSorted()).toEqual([
    ...['console', 'console-tunnel', 'grafana', 'prometheus', 'redis', 'sandbox', 'worker'],
    'worker-2',
  ])
  expect(Object.keys(services).filter((name) => name in basic)).toEqual([])
})

it('has a second worker that differs from the first one in its ops port alone', () => {
  const { worker } = basic
  const { environment: { RINGBACK_OPS_PORT, ...environment } = {}, ...rest } =
    services['worker-2'] ?? {}
  expect(RINGBACK_OPS_PORT).toBe(9474)
  expect({ environment, ...rest }).toEqual(worker)
})

it.each(named)('%s may do no more than it has to', (_, service) => {
  expect(service.cap_drop).toEqual(['ALL'])
  expect(service.security_opt).toEqual(['no-new-privileges:true'])
  if (service.image === 'ringback') expect(service.read_only).toBe(true)
})

it('publishes every port to this machine only, and each once', () => {
  const published = [...named, ...Object.entries(basic)].flatMap(([, { ports = [] }]) => ports)
  for (const port of published) {
    expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+$/)
  }
  const numbers = published.map((port) => /:-(\d+)\}/.exec(port)?.[1])
  expect(new Set(numbers).size).toBe(numbers.length)
})

it('mounts files that exist, and lets nobody write to them', () => {
  const mounted = named.flatMap(([, { volumes = [] }]) => volumes)
  const files = mounted.filter((volume) => volume.startsWith('./'))
  expect(files.length).toBeGreaterThan(4)
  for (const each of files) {
    const [path = '', , mode] = each.split(':')
    expect(existsSync(path), path).toBe(true)
    expect(mode).toBe('ro')
  }
})

it('has versions of what comes from elsewhere, and lets another registry be named', () => {
  const images = named.map(([, { image = '' }]) => image).filter((image) => image !== 'ringback')
  expect(images).toHaveLength(2)
  for (const image of images) {
    expect(image).toMatch(/^\$\{[A-Z]+_IMAGE:-[\w/]+:v?\d+\.\d+\.\d+\}$/)
  }
})

it('has Prometheus ask each worker at its own port, and the console', () => {
  const config = parse(readFileSync('deploy/compose/prometheus.yml', 'utf8')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[]
  }
  expect(config.scrape_configs).toMatchObject([
    { job_name: 'ringback', static_configs: [{ targets: ['sandbox:9464', 'sandbox:9474'] }] },
    { job_name: 'ringback-console', static_configs: [{ targets: ['console:9467'] }] },
  ])
})

function servicesOf(yaml: string): Record<string, Service> {
  return (parse(yaml, { merge: true }) as { services: Record<string, Service> }).services
}
