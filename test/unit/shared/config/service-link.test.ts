/** Kubernetes gives every container the addresses of the Services of its namespace, in names that may look like ours. */
import { describe, expect, it } from 'vitest'

import { loadStoreConfig, loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import { clockIn2026, problemLines, sampleEnvironment } from './sample-environment.ts'

/** What a pod is given for a Service with two ports. */
function linksOf(service: string): Record<string, string> {
  return {
    [`${service}_SERVICE_HOST`]: '10.43.12.7',
    [`${service}_SERVICE_PORT`]: '6379',
    [`${service}_SERVICE_PORT_METRICS`]: '9464',
    [`${service}_PORT`]: 'tcp://10.43.12.7:6379',
    [`${service}_PORT_6379_TCP`]: 'tcp://10.43.12.7:6379',
    [`${service}_PORT_6379_TCP_PROTO`]: 'tcp',
    [`${service}_PORT_6379_TCP_PORT`]: '6379',
    [`${service}_PORT_6379_TCP_ADDR`]: '10.43.12.7',
    [`${service}_PORT_9464_UDP`]: 'udp://10.43.12.7:9464',
    [`${service}_PORT_9464_UDP_PROTO`]: 'udp',
    [`${service}_PORT_9464_UDP_ADDR`]: 'fd00::7',
    [`${service}_PORT_3868_SCTP`]: 'sctp://10.43.12.7:3868',
    [`${service}_PORT_3868_SCTP_PROTO`]: 'sctp',
    [`${service}_PORT_3868_SCTP_PORT`]: ' 3868 ',
  }
}

describe('what a Service puts into the environment', () => {
  it.each(['RINGBACK', 'RINGBACK_REDIS', 'RINGBACK_WORKER_2', 'RINGBACK_OPS', 'RINGBACK_TEST'])(
    'is passed over: %s',
    (service) => {
      const env = { ...sampleEnvironment, ...linksOf(service) }
      expect(loadStoreConfig(env)).toEqual(loadStoreConfig(sampleEnvironment))
      expect(loadWorkerConfig(env, clockIn2026).opsPort).toBe(9464)
    },
  )

  it('is nothing but what has the form of one', () => {
    const env = {
      RINGBACK_PORT: '9464',
      RINGBACK_SERVICE_HOST: 'redis.example.com',
      RINGBACK_SERVICE_PORT: 'tcp',
      RINGBACK_PORT_6379_TCP_ADDR: 'yes',
      RINGBACK_PORT_6379_TCP_PORT: 'many',
      RINGBACK_PORT_6379_TCP_PROTO: 'http',
      RINGBACK_REDIS_URI: 'tcp://10.43.12.7:6379',
      RINGBACK_OPS_PORT: 'tcp',
    }
    const names = problemLines(() => loadStoreConfig(env)).map((line) => line.split(':')[0])
    expect(names.toSorted()).toEqual(Object.keys(env).toSorted())
  })
})
