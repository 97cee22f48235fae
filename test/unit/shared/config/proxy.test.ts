import { describe, expect, it } from 'vitest'

import { describeConfig } from '../../../../src/shared/config/describe.ts'
import { loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import { proxyFor, readProxy } from '../../../../src/shared/config/proxy.ts'
import { clockIn2026, problemLines, sampleEnvironment } from './sample-environment.ts'

const url = 'http://proxy.example.com:3128'

function wayTo(target: string, env: Record<string, string>): string | undefined {
  return proxyFor(new URL(target), readProxy({ HTTPS_PROXY: url, ...env }).proxy)
}

describe('HTTPS_PROXY', () => {
  it('is the way to what is https and not on this machine', () => {
    expect(wayTo('https://acme.my.salesforce-scrt.com/telephony/v1', {})).toBe(url)
    for (const own of [
      'http://a.example',
      'https://127.0.0.1:1',
      'https://127.0.12.2',
      'https://localhost',
      'https://[::1]',
    ]) {
      expect(wayTo(own, {})).toBeUndefined()
    }
  })

  it('may be in small letters, which win, and without a scheme', () => {
    expect(wayTo('https://a.example', { https_proxy: 'other.example:8080' })).toBe(
      'http://other.example:8080',
    )
    expect(readProxy({ HTTP_PROXY: url, ALL_PROXY: url }).proxy).toBeUndefined()
    expect(readProxy({ HTTPS_PROXY: ' ' })).toEqual({ proxy: undefined, problems: [] })
    expect(readProxy({ HTTPS_PROXY: ` ${url}\n`, NO_PROXY: ' a ' }).proxy).toEqual({
      url,
      except: ['a'],
    })
  })

  it('may be reached by TLS itself', () => {
    const HTTPS_PROXY = 'https://proxy.example.com'
    expect(wayTo('https://a.example', { HTTPS_PROXY })).toBe(HTTPS_PROXY)
  })

  it('is refused where it is none, without its password', () => {
    const load = (HTTPS_PROXY: string) => () =>
      loadWorkerConfig({ ...sampleEnvironment, HTTPS_PROXY }, clockIn2026)
    expect(problemLines(load('socks5://user:secret-word@proxy:1080'))).toEqual([
      expect.stringMatching(
        /^HTTPS_PROXY: must be the URL of an HTTP proxy \(got: "socks5:\/\/•••@proxy:1080"\); write/,
      ),
    ])
    expect(problemLines(load('http://'))).toEqual([expect.stringMatching(/^HTTPS_PROXY: must be/)])
  })

  it('is named in the summary, without its credentials, where requests go through it', () => {
    const summary = (env: Record<string, string>) =>
      describeConfig(loadWorkerConfig({ ...sampleEnvironment, ...env }, clockIn2026))
    const HTTPS_PROXY = 'http://user:secret-word@proxy.example.com:3128'
    expect(summary({ HTTPS_PROXY })).toMatchObject({
      destinations: { default: { proxy: 'http://•••@proxy.example.com:3128' } },
    })
    for (const env of [{}, { HTTPS_PROXY, NO_PROXY: '.salesforce-scrt.com' }]) {
      expect(JSON.stringify(summary(env))).not.toMatch(/proxy|secret-word/)
    }
  })
})

describe('NO_PROXY', () => {
  const target = 'https://acme.my.salesforce-scrt.com/telephony/v1'

  it.each([
    'acme.my.salesforce-scrt.com',
    'salesforce-scrt.com',
    '.salesforce-scrt.com',
    '*.salesforce-scrt.com',
    'SALESFORCE-SCRT.COM',
    'acme.my.salesforce-scrt.com:443',
    'intranet, salesforce-scrt.com',
    'intranet salesforce-scrt.com',
    '*',
  ])('excepts a host and what is below it: %s', (NO_PROXY) => {
    expect(wayTo(target, { NO_PROXY })).toBeUndefined()
    expect(wayTo(target, { no_proxy: NO_PROXY })).toBeUndefined()
  })

  it.each(['', 'scrt.com', 'my.salesforce.com', 'salesforce-scrt.com:8443', '10.0.0.0/8', ',,'])(
    'excepts nothing else: %s',
    (NO_PROXY) => {
      expect(wayTo(target, { NO_PROXY })).toBe(url)
      expect(wayTo('https://acme.example.', { NO_PROXY })).toBe(url)
    },
  )
})
