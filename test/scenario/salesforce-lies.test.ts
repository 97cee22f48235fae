/**
 * Salesforce, or what stands in front of it, answers with what would hurt whoever reads it: what was sent, in other spellings;
 * what moves a terminal's cursor; what is not an id; and more than anybody can read. The next request for each is answered well.
 */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'

import { callbackKey, resultsKey } from '../../src/shared/redis/keys.ts'
import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const recordId = '0TzLT00000000w50AA'
const number = '+18445791189'

interface Lie {
  callId: string
  tell: (response: ServerResponse, token: string) => void
  outcome: 'uncertain' | 'unavailable'
  code: string
}

/** Of a body that is not a booking. */
const notBooked = { outcome: 'uncertain', code: 'no-record-id' } as const
const later = { outcome: 'unavailable', code: 'service-unavailable' } as const

function body(of: (token: string) => unknown, status = 200) {
  return (response: ServerResponse, token: string) => {
    const said = of(token)
    response.writeHead(status, {
      'content-type': 'application/json',
      'set-cookie': 'sid=1; Path=/',
    })
    response.end(typeof said === 'string' ? said : JSON.stringify(said))
  }
}

const fullWidth = number.replaceAll(/[+\d]/g, (each) =>
  String.fromCharCode(each.charCodeAt(0) + 0xfee0),
)
const arabic = number.replaceAll(/\d/g, (each) => String.fromCharCode(Number(each) + 0x660))

const lies: Lie[] = [
  { callId: 'id-object', tell: body(() => ({ recordId: { id: recordId } })), ...notBooked },
  { callId: 'id-list', tell: body(() => ({ recordId: [recordId] })), ...notBooked },
  {
    callId: 'id-prototype',
    tell: body(() => `{"__proto__":{"recordId":"${recordId}"}}`),
    ...notBooked,
  },
  { callId: 'id-long', tell: body(() => ({ recordId: recordId.repeat(3_000) })), ...notBooked },
  {
    callId: 'id-escapes',
    tell: body(() => ({ recordId: '\u001b[2J\u009b31m\u202e0Tz\r\n' })),
    ...notBooked,
  },
  { callId: 'id-number', tell: body(() => ({ recordId: number })), ...notBooked },
  {
    callId: 'id-number-in-id',
    tell: body(() => ({ recordId: `${number.slice(1)}Tz00` })),
    ...notBooked,
  },
  { callId: 'id-token', tell: body((token) => ({ recordId: token })), ...notBooked },
  {
    callId: 'spelt-token',
    tell: body((token) => [{ message: spellingsOfToken(token) }], 503),
    ...later,
  },
  { callId: 'spelt-number', tell: body(() => [{ message: spellingsOfNumber() }], 503), ...later },
  {
    callId: 'spelt-code',
    tell: body((token) => ({ code: `${token}\u001b[31m`, message: number }), 503),
    ...later,
  },
  {
    callId: 'errors',
    tell: body(() => Array.from({ length: 4_000 }, () => ({ message: number })), 503),
    ...later,
  },
  { callId: 'lists', tell: body(() => '['.repeat(60_000), 503), ...later },
  { callId: 'tokens', tell: body(() => '-eyJ'.repeat(16_000), 503), ...later },
  {
    callId: 'quoted',
    tell: body((token) => `<p>\u001b]0;${token}\u0007${number}</p>`, 503),
    ...later,
  },
  {
    callId: 'gzip-bomb',
    tell: (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(2 ** 28))),
    outcome: 'uncertain',
    code: 'errors-in-success',
  },
  {
    callId: 'header-bomb',
    tell: (response) =>
      raw(response, `HTTP/1.1 503 ${number}\r\n${`x: ${number}\r\n`.repeat(50_000)}`),
    outcome: 'uncertain',
    code: 'protocol',
  },
  {
    callId: 'status-line',
    tell: (response) =>
      raw(
        response,
        `HTTP/1.1 999 \u001b[2J${number}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      ),
    outcome: 'uncertain',
    code: 'http-999',
  },
  {
    callId: 'elsewhere',
    tell: (response) => response.writeHead(307, { location: `//localhost/${number}` }).end(),
    outcome: 'unavailable',
    code: 'redirected',
  },
]

it('takes nothing for an id that is none, and repeats nothing of what was sent, whatever Salesforce answers', async () => {
  const bundle = await setup()
  const peer = await startPeer()
  const worker = await startWorkerProcess(bundle, {
    RINGBACK_SALESFORCE_URL: peer.url,
    RINGBACK_ATTEMPT_TIMEOUT: '5s',
    RINGBACK_LOCK_DURATION: '10s',
    RINGBACK_CONCURRENCY: '20',
    // Lies are uncertain outcomes, and a breaker would stop at the fifth.
    RINGBACK_BREAKER: 'false',
  })
  const ids = lies.map(({ callId }) => callId)
  for (const id of ids) await sendRaw(bundle, sampleCallback(id))
  const results = await resultsOfAll(bundle, ids)

  const { producer, store } = bundle
  const { redis, ref } = store
  for (const { callId, outcome, code } of lies) {
    const story = await producer.status(callId)
    expect(story, callId).toMatchObject({
      state: 'booked',
      recordId,
      attempts: 2,
      possibleDuplicate: outcome === 'uncertain',
      history: [
        { outcome, code },
        { outcome: 'booked', recordId },
      ],
    })
  }
  worker.signal('SIGTERM')
  await worker.exited

  const ledgers = await Promise.all(
    ids.map(async (id) => ({ ...(await redis.hgetall(callbackKey(ref, id))), intent: '' })),
  )
  const stream = await redis.xrange(resultsKey(ref), '-', '+')
  const settled = worker.lines('attempt.settled')
  expect(settled).toHaveLength(2 * lies.length)
  const written = JSON.stringify([settled, ledgers, stream, results])
  // What JSON escapes is what a terminal would obey.
  expect(written).not.toMatch(/[\u007f-\u009f\p{Cf}\u2028\u2029]|\\u00[01]/u)
  for (const secret of [number.slice(1), fullWidth.slice(1), arabic.slice(1), ...peer.tokens()]) {
    expect(written).not.toContain(secret)
  }
  const plain = written.replaceAll(/[^A-Za-z0-9]/g, '')
  expect(plain).not.toContain(number.slice(-7))
  for (const token of peer.tokens()) {
    for (const part of partsOf(token)) expect(plain).not.toContain(part)
  }
  expect(worker.complaints()).toBe('')
  expect(peer.cookies()).toBe(0)
}, 60_000)

function spellingsOfToken(token: string): string {
  return [
    `Bearer ${token}`,
    token.match(/.{1,20}/g)?.join(' ') ?? '',
    token.match(/.{1,30}/g)?.join('\r\n') ?? '',
    Array.from(token.slice(0, 60)).join('.'),
    encodeURIComponent(encodeURIComponent(token.slice(0, 200))),
    Buffer.from(token).toString('base64').slice(0, 300),
  ]
    .map((each) => each.slice(0, 300))
    .join(' | ')
}

function spellingsOfNumber(): string {
  const percent = Array.from(number, (each) => `%${each.charCodeAt(0).toString(16)}`).join('')
  return [
    ...[number, fullWidth, arabic, Array.from(number).join('-'), Array.from(number).join('\u200b')],
    ...[percent, encodeURIComponent(percent), '(844) 579-1189', '844·579·1189', '8445 79 11 89'],
    ...[Buffer.from(`to ${number}!`).toString('base64'), `\\u002b1${number.slice(2)}`],
    ...[number.replaceAll(/\d/g, (each) => `&#${each.charCodeAt(0)};`), `LIKE '%5%7%9%1%1%8%9%'`],
  ].join(' | ')
}

function partsOf(token: string): string[] {
  const plain = token.replaceAll(/[^A-Za-z0-9]/g, '')
  return Array.from({ length: Math.floor(plain.length / 16) }, (_, at) =>
    plain.slice(at * 16, at * 16 + 16),
  )
}

function raw({ socket }: ServerResponse, bytes: string): void {
  socket?.end(bytes)
}

async function startPeer() {
  const lied = new Set<string>()
  const tokens = new Set<string>()
  let cookies = 0
  const server = createServer((request, response) => {
    // What one lie does to its connection is not to be heard by another callback.
    response.shouldKeepAlive = false
    request.resume().once('end', () => {
      const [, callId = ''] = /voiceCalls\/([^/]+)\//.exec(request.url ?? '') ?? []
      const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
      tokens.add(token)
      if (request.headers.cookie !== undefined) cookies += 1
      const lie = lies.find((each) => each.callId === callId)
      if (lie === undefined || lied.has(callId)) body(() => ({ recordId }))(response, token)
      else lie.tell(response, token)
      lied.add(callId)
    })
  })
  server.on('connection', (socket) => socket.on('error', () => undefined))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens: () => [...tokens],
    cookies: () => cookies,
  }
}
