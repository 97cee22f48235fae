import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SandboxEvent } from '../../../src/sandbox/events.ts'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { salesforceIdIsValid } from '../../../src/shared/contract/salesforce-id.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { callCenter, callId, goodBody, keys, orgId, outcome, post, sign, start } from './client.ts'

describe('the stand-in Salesforce', () => {
  let sandbox: Sandbox
  let events: SandboxEvent[]
  beforeEach(async () => {
    events = []
    sandbox = await start({ log: (event) => events.push(event) })
  })
  afterEach(() => sandbox.close())

  it('answers the request of the API page with a recordId that has the right prefix and checksum', async () => {
    const { status, body } = await outcome(sandbox)

    expect(status).toBe(200)
    const [booking] = sandbox.bookings()
    expect(body).toEqual({ recordId: booking?.recordId })
    expect(booking?.recordId).toMatch(/^0Tz[A-Za-z0-9]{15}$/)
    expect(salesforceIdIsValid(booking?.recordId ?? '')).toBe(true)
    expect(booking).toMatchObject({
      ...goodBody,
      callId,
      request: 1,
      bookedAt: '2026-02-26T15:00:00.000Z',
    })
  })

  it('takes a body with nothing but the number', async () => {
    const { status } = await outcome(sandbox, { body: { callbackNumber: '+4930123456' } })

    expect(status).toBe(200)
    expect(sandbox.bookings()[0]).not.toHaveProperty('isPreviewCallback')
  })

  it('makes a new booking with a new recordId of every request, whatever its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'order-1' }
    await post(sandbox, { headers })
    await post(sandbox, { headers })

    const bookings = sandbox.bookingsOf(callId)
    expect(bookings.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['order-1', 'order-1'])
    expect(new Set(bookings.map(({ recordId }) => recordId)).size).toBe(2)
  })

  it('counts both forms of a VoiceCall id as one call', async () => {
    await post(sandbox, { callId: '0LQRM0000006CSz' })
    await post(sandbox, { callId: '0LQRM0000006CSz4AM' })

    expect(sandbox.bookingsOf('0LQRM0000006CSz').map((booking) => booking.callId)).toEqual([
      '0LQRM0000006CSz',
      '0LQRM0000006CSz4AM',
    ])
  })

  it('reads a call id from its encoded path segment', async () => {
    const odd = 'a/b c?d#é%2F'
    await post(sandbox, { callId: odd })

    expect(sandbox.bookingsOf(odd)).toHaveLength(1)
  })

  it('keeps what it received: headers without the token, the body as text, how it ended', async () => {
    const token = await sign()
    await post(sandbox, { token, headers: { 'idempotency-key': 'k' } })
    await post(sandbox, { token, body: '{}' })

    const [first, second] = sandbox.requests()
    expect(first).toMatchObject({ number: 1, nth: 1, method: 'POST', callId, ending: 200 })
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      'telephony-provider-name': 'Amazon Connect',
      'idempotency-key': 'k',
    })
    expect(JSON.parse(first?.body ?? '')).toEqual(goodBody)
    expect(second).toMatchObject({ number: 2, nth: 2, ending: 400 })
    expect(second?.tokenFingerprint).toBe(first?.tokenFingerprint)
    expect(JSON.stringify(sandbox.requests())).not.toContain(token)
    expect(sandbox.counts()).toEqual({ requests: 2, booked: 1, endings: { 200: 1, 400: 1 } })
  })

  it('logs arrival, booking and ending in this order, and never the number or the token', async () => {
    const token = await sign()
    await post(sandbox, { token })

    expect(events.map(({ kind }) => kind)).toEqual(['request', 'booking', 'ending'])
    expect(events[1]).toMatchObject({ callbackNumber: '+18•••89', nth: 1 })
    expect(JSON.stringify(events)).not.toContain('8445791189')
    expect(JSON.stringify(events)).not.toContain(token)
  })

  it('lets a test wait for the n-th request and the n-th booking of a call', async () => {
    const secondRequest = sandbox.requestArrived(callId, 2)
    const secondBooking = sandbox.booked(callId, 2)
    await post(sandbox, { callId: 'another' })
    await post(sandbox, { body: '{}' })
    await post(sandbox)
    await post(sandbox)

    expect(await secondRequest).toMatchObject({ number: 3, nth: 2 })
    expect(await secondBooking).toMatchObject({ request: 4 })
    expect(await sandbox.requestArrived(callId)).toMatchObject({ number: 2 })
  })

  it('stops telling a listener that has left', async () => {
    const heard: string[] = []
    const leave = sandbox.on(({ kind }) => heard.push(kind))
    await post(sandbox)
    leave()
    await post(sandbox)

    expect(heard).toEqual(['request', 'booking', 'ending'])
  })

  it('takes no request that breaks off before its end for one', async () => {
    const { port } = new URL(sandbox.url)
    const socket = connect(Number(port), '127.0.0.1')
    const path = `/telephony/v1/voiceCalls/${callId}/requestCallback`
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"callback`)
    await once(socket, 'connect')
    socket.resetAndDestroy()
    await post(sandbox)

    expect(sandbox.counts().requests).toBe(1)
  })

  it('forgets everything on reset, but goes on with its record ids', async () => {
    await post(sandbox)
    const [before] = sandbox.bookings()
    sandbox.reset()
    expect(sandbox.counts()).toEqual({ requests: 0, booked: 0, endings: {} })
    expect(sandbox.requests()).toEqual([])

    await post(sandbox)
    expect(sandbox.bookingsOf(callId)).toHaveLength(1)
    expect(sandbox.bookings()[0]?.recordId).not.toBe(before?.recordId)
    expect(sandbox.requests()[0]).toMatchObject({ number: 1, nth: 1 })
  })

  it('gives up what is waited for when it closes', async () => {
    const never = sandbox.booked(callId)
    const refused = expect(never).rejects.toThrow('closed')
    await sandbox.close()

    await refused
    await expect(sandbox.requestArrived(callId)).rejects.toThrow('closed')
    await expect(post(sandbox)).rejects.toThrow()
  })

  it('says so when its port is taken', async () => {
    const port = Number(new URL(sandbox.url).port)
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('gives an address that can be called when it listens on every one', async () => {
    const open = await start({ host: '0.0.0.0' })
    try {
      expect((await outcome(open)).status).toBe(200)
    } finally {
      await open.close()
    }
  })

  it('works with the time of the system as well', async () => {
    const { publicKey } = keys
    const real = await startSandbox({ publicKey, orgId, callCenter, clock: systemClock })
    try {
      const now = Math.floor(systemClock.now() / 1000)
      const token = await sign({ iss: orgId, sub: callCenter, iat: now, exp: now + 300 })
      expect((await outcome(real, { token })).status).toBe(200)
    } finally {
      await real.close()
    }
  })
})
