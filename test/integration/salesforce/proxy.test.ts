/** Salesforce is reached through the proxy that the machine's environment names. */
import { expect, it } from 'vitest'

import { startConnectProxy } from '../../support/connect-proxy.ts'
import { callbackClient, exampleRecordId, exampleRequest } from './support/callback-client.ts'
import { closedPort, json, socketServer, webServer, type Respond } from './support/local-peer.ts'

/** A name that the certificate of the tests is good for, and that is not one of this machine's own for the proxy rules. */
function outside(baseUrl: string): string {
  return baseUrl.replace('127.0.0.1', 'localhost.')
}

const booked: Respond = (response) => json(response, 201, { recordId: exampleRecordId })

it('goes through a tunnel, with credentials, and keeps it for the next request', async () => {
  const proxy = await startConnectProxy()
  const server = await webServer(booked, 'https')
  const baseUrl = outside(server.baseUrl)
  const url = proxy.url.replace('//', '//user:pass%20word@')
  const client = callbackClient({ baseUrl, proxy: { url, except: [] } })
  for (const attempt of [1, 2]) {
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'answered',
      status: 201,
    })
    expect(server.seen).toHaveLength(attempt)
  }
  expect(proxy.asked).toEqual([
    {
      target: new URL(baseUrl).host,
      authorization: `Basic ${Buffer.from('user:pass word').toString('base64')}`,
    },
  ])
  expect(JSON.stringify(server.seen)).not.toContain('proxy')
})

it('goes past it where NO_PROXY says so, and always to this machine', async () => {
  const proxy = await startConnectProxy()
  const server = await webServer(booked, 'https')
  const direct = callbackClient({
    baseUrl: server.baseUrl,
    proxy: { url: proxy.url, except: [] },
  })
  expect(await direct.requestCallback(exampleRequest)).toMatchObject({ status: 201 })
  expect(proxy.asked).toEqual([])
})

it.each([
  [407, 'No connection to Salesforce could be made through the proxy of HTTPS_PROXY (PROXY_407).'],
  [502, 'No connection to Salesforce could be made through the proxy of HTTPS_PROXY (PROXY_502).'],
])('has sent nothing where the proxy answers %s', async (status, message) => {
  const proxy = await startConnectProxy({ status })
  const server = await webServer(booked, 'https')
  const client = callbackClient({
    baseUrl: outside(server.baseUrl),
    proxy: { url: proxy.url, except: [] },
  })
  expect(await client.requestCallback(exampleRequest)).toMatchObject({
    kind: 'failed',
    sent: false,
    code: 'connect',
    bytesSent: 0,
    message,
  })
  expect(server.connections()).toBe(0)
})

it('has sent nothing where there is no proxy', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`
  const client = callbackClient({
    baseUrl: 'https://acme.invalid/telephony/v1',
    proxy: { url, except: [] },
  })
  expect(await client.requestCallback(exampleRequest)).toMatchObject({
    kind: 'failed',
    sent: false,
    code: 'connect',
    phase: 'connecting',
    message:
      'No connection to Salesforce could be made through the proxy of HTTPS_PROXY (ECONNREFUSED).',
  })
})

it('has sent nothing where the proxy, or Salesforce behind it, says nothing', async () => {
  const silentProxy = await startConnectProxy({ silent: true })
  const proxy = await startConnectProxy()
  const silentServer = await socketServer(() => undefined)
  const ways = [
    { baseUrl: 'https://acme.invalid/telephony/v1', url: silentProxy.url, phase: 'connecting' },
    {
      baseUrl: outside(silentServer.baseUrl).replace('http:', 'https:'),
      url: proxy.url,
      phase: 'securing',
    },
  ]
  for (const { baseUrl, url, phase } of ways) {
    const client = callbackClient({ baseUrl, timeoutMs: 2_000, proxy: { url, except: [] } })
    expect(await client.requestCallback(exampleRequest)).toMatchObject({
      kind: 'failed',
      sent: false,
      code: 'timeout',
      phase,
      bytesSent: 0,
    })
  }
})

it('sends nothing through a tunnel once it may not, and is asked only when the tunnel is trusted', async () => {
  const proxy = await startConnectProxy()
  const server = await webServer(booked, 'https')
  const baseUrl = outside(server.baseUrl)
  const options = { baseUrl, proxy: { url: proxy.url, except: [] } }
  let asked = 0
  const held = await callbackClient(options).requestCallback(exampleRequest, {
    maySend: () => {
      asked += 1
      return false
    },
  })
  expect(held).toMatchObject({ kind: 'failed', sent: false, code: 'lock-at-risk' })
  expect(asked).toBe(1)

  const untrusting = callbackClient({ ...options, certificateAuthority: undefined })
  const answer = await untrusting.requestCallback(exampleRequest, {
    maySend: () => {
      asked += 1
      return true
    },
  })
  expect(answer).toMatchObject({ kind: 'failed', sent: false, code: 'tls' })
  expect(answer).toMatchObject({
    message: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
  })
  expect(asked).toBe(1)
  expect(server.seen).toEqual([])
})
