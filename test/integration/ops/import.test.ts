import { PassThrough, Readable } from 'node:stream'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import { inboxKey } from '../../../src/shared/redis/keys.ts'
import { temporaryFile, temporaryFolder } from '../../unit/shared/config/temporary-folder.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { freshNamespace } from '../../support/redis.ts'
import { setup } from '../../support/ringback.ts'
import { runCommand, startCommand } from './support/cli.ts'
import { containing, matching } from './support/asymmetric.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const number = '+18445791189'

function jsonLine(callId: string, more: object = {}): string {
  return JSON.stringify({ callId, callbackNumber: number, ...more })
}

/** A file of this content is imported; the bytes are as given. */
async function importContent(name: string, content: string | Buffer, ...args: string[]) {
  const environment = freshEnvironment()
  const text = typeof content === 'string' ? Buffer.from(content) : content
  // Through the standard input where only bytes will do.
  const run = await runCommand(
    { env: environment.env, stdin: Readable.from([text]) },
    ...['import', '-', '--format', name.endsWith('.csv') ? 'csv' : 'jsonl', ...args],
  )
  return { ...environment, ...run }
}

describe('ringback import of JSON Lines', () => {
  it('accepts every line of a file and says how many', async () => {
    const { env, store } = freshEnvironment()
    const file = temporaryFile(
      'a.jsonl',
      `${jsonLine('a', { id: 'a' })}\n\n  \n${jsonLine('b', { id: 'b' })}`,
    )

    expect(await runCommand({ env }, 'import', file)).toEqual({
      status: 0,
      stdout: '2 lines: 2 accepted, 0 duplicate, 0 refused\n',
      stderr: '',
    })
    expect(await store.redis.xlen(inboxKey(store.ref))).toBe(2)
    expect((await readCallback(store, 'b'))?.intent?.callId).toBe('b')
  })

  it.each<[what: string, line: string | Buffer, words: RegExp]>([
    ['text that is not JSON', '{"callId":', /^line 2: intent: is not JSON$/m],
    ['JSON that is not an object', '[1]', /^line 2: intent: must be a JSON object$/m],
    ['an unknown field', jsonLine('x', { foo: 1 }), /^line 2: foo: is not a field of an intent$/m],
    ['a missing field', '{"callId":"x"}', /^line 2: callbackNumber: is required$/m],
    [
      'a wrong type',
      jsonLine('x', { priority: 'a' }),
      /^line 2: priority: must be a whole number/m,
    ],
    ['an id with a colon', jsonLine('x', { id: 'a:b' }), /^line 2: id: must be/m],
    [
      'what has expired',
      jsonLine('x', { expiresAt: '2020-01-01T00:00:00Z' }),
      /^line 2: expiresAt: is not after/m,
    ],
    [
      'other content under an id',
      jsonLine('other', { id: 'first' }),
      /^line 2: id: a callback first already exists/m,
    ],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /^line 2: intent: is not valid UTF-8$/m],
    [
      'two numbers',
      `{"callId":"dup","callbackNumber":"${number}","callbackNumber":"+18445791180"}`,
      /^line 2: callbackNumber: is given more than once; it is not clear which one is meant$/m,
    ],
    [
      'more than an intent may have',
      jsonLine('x', { attributes: { a: 'x'.repeat(20_000) } }),
      /^line 2: intent: is \d+ bytes long; the limit is 16384$/m,
    ],
    ['a line of 1 MB', jsonLine('x'.repeat(1_000_000)), /^line 2: is longer than 65536 bytes$/m],
  ])('reports %s by its line, and accepts the lines around it', async (_, line, words) => {
    const first = jsonLine('first', { id: 'first' })
    const content = Buffer.concat([
      Buffer.from(`${first}\r\n`),
      Buffer.from(line),
      Buffer.from(`\r\n${jsonLine('last')}\r\n`),
    ])
    const { status, stdout, stderr } = await importContent('a.jsonl', content)

    expect(status).toBe(1)
    expect(stderr).toMatch(words)
    expect(stdout).toBe('3 lines: 2 accepted, 0 duplicate, 1 refused\n')
  })

  it('ignores a byte order mark', async () => {
    const { status } = await importContent('a.jsonl', `\uFEFF${jsonLine('a')}\n`)
    expect(status).toBe(0)
  })

  it('tells of bad lines in the order of the file, whatever is wrong with them', async () => {
    const bad = ['no JSON', jsonLine('x', { callbackNumber: 'x' })]
    const lines = Array.from({ length: 40 }, (_, index) => bad[index % 2] ?? '')
    const { stdout } = await importContent('a.jsonl', lines.join('\n'), '--json')
    const told = stdout.trim().split('\n').slice(0, -1)
    expect(told.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(
      lines.map((_, index) => index + 1),
    )
  })

  it('shows fifty bad lines and counts the others, and all of them with --json', async () => {
    const bad = '{}\n'.repeat(60)
    const plain = await importContent('a.jsonl', bad)
    const json = await importContent('a.jsonl', `${bad}${jsonLine('a')}`, '--json')

    expect(plain.stderr.match(/^line \d+:/gm)).toHaveLength(50)
    expect(plain.stderr).toContain('and 10 more bad lines')
    expect(json).toMatchObject({ status: 1, stderr: '' })
    const lines = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toHaveLength(61)
    expect(lines[59]).toMatchObject({
      line: 60,
      kind: 'refused',
      code: 'invalid-intent',
      problems: [{ field: 'callId' }, { field: 'callbackNumber' }],
    })
    expect(lines[60]).toEqual({
      kind: 'summary',
      accepted: 1,
      duplicate: 0,
      refused: 60,
      complete: true,
      nextLine: 62,
    })
  })
})

describe('ringback import of CSV', () => {
  it('converts what an intent does not have as text, and leaves out empty cells', async () => {
    const { status, store } = await importContent(
      'a.csv',
      '\uFEFFid,callId,callbackNumber,isPreviewCallback,priority,delay,notBefore,attributes.campaign,attributes.note\r\n' +
        `a, c-1 ,"${number}",TRUE,0,1500,,spring,"two\r\nlines, ""quoted"""\r\n` +
        `b,c-2,${number},false,,5m,,,\r\n` +
        ',,,,,,,,\r\n' +
        `c,c-3,${number},,,,2026-03-02T09:00:00+01:00,,`,
    )

    expect(status).toBe(0)
    const intents = await Promise.all(
      ['a', 'b', 'c'].map(async (id) => (await readCallback(store, id))?.intent),
    )
    expect(intents).toEqual([
      {
        id: 'a',
        callId: 'c-1',
        callbackNumber: number,
        isPreviewCallback: true,
        delay: 1_500,
        priority: 0,
        attributes: { campaign: 'spring', note: 'two\nlines, "quoted"' },
      },
      { id: 'b', callId: 'c-2', callbackNumber: number, delay: 300_000 },
      { id: 'c', callId: 'c-3', callbackNumber: number, notBefore: '2026-03-02T08:00:00.000Z' },
    ])
  })

  it.each([';', '\t'])('takes %j between cells where the header has it', async (delimiter) => {
    const rows = [
      ['callId', 'callbackNumber', 'attributes.a'],
      ['c', number, 'x, y'],
    ]
    const { stdout } = await importContent(
      'a.csv',
      rows.map((row) => row.join(delimiter)).join('\n'),
    )
    expect(stdout).toContain('1 accepted')
  })

  it.each<[what: string, line: string | Buffer, words: RegExp]>([
    [
      'a quote that is never closed',
      `x,${number},"open`,
      /^line 3: has an opening quote that is not closed/m,
    ],
    ['text after a closing quote', `x,"${number}"1,`, /^line 3: has text after the closing quote/m],
    ['a quote inside a cell', `x,${number},a"b`, /^line 3: has a quote inside a cell/m],
    [
      'a cell too much',
      `x,${number},,,5m`,
      /^line 3: has a value in cell 5, for which the header/m,
    ],
    ['invalid UTF-8', Buffer.from([0x78, 0x2c, 0xff]), /^line 3: is not valid UTF-8$/m],
    [
      'a line of 1 MB',
      `${'x'.repeat(1_000_000)},${number},`,
      /^line 3: is longer than 65536 bytes$/m,
    ],
    [
      'a number that a spreadsheet rounded',
      'x,1.84E+10,',
      /^line 3: callbackNumber: was rounded by a spreadsheet/m,
    ],
    ['a priority that is none', `x,${number},1.5`, /^line 3: priority: must be a whole number/m],
  ])('reports %s by its line, and accepts the lines around it', async (_, line, words) => {
    const content = Buffer.concat([
      Buffer.from(`callId,callbackNumber,priority\nfirst,${number},\n`),
      Buffer.from(line),
      Buffer.from(`\nsecond,${number},1\nthird,"${number}",2\n`),
    ])
    const { status, stdout, stderr } = await importContent('a.csv', content)

    expect(status).toBe(1)
    expect(stderr).toMatch(words)
    expect(stdout).toBe('4 lines: 3 accepted, 0 duplicate, 1 refused\n')
  })

  it.each([
    [
      'an unknown column',
      'callId,callbackNumber,notBefor\n',
      /column 3 \(notBefor\) is not a field of an intent; did you mean notBefore\?/,
    ],
    ['a column twice', 'callId,callbackNumber,callId\n', /names callId twice/],
    ['no column for the number', 'callId,priority\n', /lacks callbackNumber/],
    ['no header at all', `c-1,${number}\n`, /column 1 is not a field of an intent/],
    ['a broken quote', 'callId,"callbackNumber\n', /has an opening quote that is not closed/],
    ['a nameless attribute', 'callId,callbackNumber,attributes.\n', /column 3 \(attributes\.\)/],
  ])('refuses a header with %s, and reads no further', async (_, header, words) => {
    const { status, stdout, stderr } = await importContent('a.csv', `${header}c,${number},x\n`)
    expect(status).toBe(1)
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('8445791189')
    expect(stdout).toBe('1 line: 0 accepted, 0 duplicate, 1 refused\n')
  })
})

describe('ringback import', () => {
  it('books once what is imported twice, in another format too', async () => {
    const { store, redisUrl, sandbox, recorder, startWorker } = await setup()
    const env = environmentOf(redisUrl, store.ref.namespace)
    const calls = Array.from({ length: 120 }, (_, index) => `c-${index}`)
    const jsonl = temporaryFile('a.jsonl', calls.map((callId) => jsonLine(callId)).join('\n'))
    const csv = temporaryFile(
      'a.csv',
      `callId,callbackNumber\n${calls.map((callId) => `${callId},${number}`).join('\n')}`,
    )
    startWorker()

    const first = await runCommand({ env }, 'import', jsonl)
    const second = await runCommand({ env }, 'import', jsonl)
    const third = await runCommand({ env }, 'import', csv)

    expect(first.stdout).toBe('120 lines: 120 accepted, 0 duplicate, 0 refused\n')
    expect([second.status, third.status]).toEqual([0, 0])
    expect(second.stdout).toBe('120 lines: 0 accepted, 120 duplicate, 0 refused\n')
    expect(third.stdout).toBe(second.stdout)
    await recorder.next('attempt.settled', () => recorder.of('attempt.settled').length === 120)
    expect(calls.map((callId) => sandbox.bookingsOf(callId).length)).toEqual(calls.map(() => 1))
  })

  it.each([
    ['jsonl', `\n${jsonLine('a')}\n`],
    ['csv', `callId,callbackNumber\na,${number}\n`],
  ])('recognises %s by its first line', async (_, content) => {
    const { env } = freshEnvironment()
    const run = await runCommand(
      { env, stdin: Readable.from([Buffer.from(content)]) },
      'import',
      '-',
    )
    expect(run.stdout).toBe('1 line: 1 accepted, 0 duplicate, 0 refused\n')
  })

  it.each([
    ['a header and no row', 'a.csv', 'callId,callbackNumber\n'],
    ['a header and empty rows', 'a.csv', 'callId,callbackNumber\r\n,\r\n,\r\n'],
    ['sep= and nothing else', 'a.csv', 'sep=;\n'],
    ['blank lines', 'a.jsonl', '\n  \n\t\n'],
  ])('says of a file that holds %s that it holds nothing, and fails', async (_, name, content) => {
    const { status, stdout, stderr } = await importContent(name, content)
    expect(status).toBe(1)
    expect(stdout).toBe('0 lines: 0 accepted, 0 duplicate, 0 refused\n')
    expect(stderr).toMatch(/is not empty, but contains no callback: .*\ncode: input-not-readable/)
  })

  it.each([
    ['one array', `[${jsonLine('a')},${jsonLine('b')}]`, 'starts a JSON array'],
    ['one array over lines', `[\n${jsonLine('a')},\n${jsonLine('b')}\n]\n`, 'starts a JSON array'],
    ['an array of nothing', '[]', 'starts a JSON array'],
    ['an object over lines', `{\n  "callId": "a"\n}\n`, 'starts JSON that spans several lines'],
  ])('refuses a .json file that is %s as a whole, with the reason', async (_, content, words) => {
    const { env, store } = freshEnvironment()
    const file = temporaryFile('callbacks.json', content)
    const { status, stdout, stderr } = await runCommand({ env }, 'import', file)
    expect(status).toBe(1)
    expect(stderr).toContain(`line 1: ${words}, and nothing was imported`)
    expect(stderr).toContain('jq -c')
    expect(stdout).toBe('1 line: 0 accepted, 0 duplicate, 1 refused\n')
    expect(await store.redis.exists(inboxKey(store.ref))).toBe(0)
  })

  it.each([
    ['CR alone', `callId,callbackNumber\rv1,${number}\rv2,+18445791190\r`],
    ['CR and LF in turn', `callId,callbackNumber\rv1,${number}\nv2,+18445791190\r`],
  ])('imports every row of a CSV file whose lines end in %s', async (_, content) => {
    const { status, stdout } = await importContent('a.csv', content)
    expect(stdout).toBe('2 lines: 2 accepted, 0 duplicate, 0 refused\n')
    expect(status).toBe(0)
  })

  it('takes nothing for nothing', async () => {
    const { status, stdout } = await importContent('a.jsonl', '')
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: '0 lines: 0 accepted, 0 duplicate, 0 refused\n',
    })
  })

  it('names a file that cannot be read', async () => {
    const { env } = freshEnvironment()
    const absent = await runCommand({ env }, 'import', '/nonexistent/file.csv')
    const folder = await runCommand({ env }, 'import', temporaryFolder())
    const utf16 = await importContent(
      'a.csv',
      Buffer.from('\uFEFFcallId,callbackNumber\n', 'utf16le'),
    )
    const unmarked = await importContent('a.csv', Buffer.from('callId,callbackNumber\n', 'utf16le'))

    expect(absent).toMatchObject({
      status: 1,
      stderr: matching(/does not exist\.\ncode: input-not-readable/),
    })
    expect(folder).toMatchObject({ status: 1, stderr: containing('is a directory') })
    expect(utf16).toMatchObject({ status: 1, stderr: containing('UTF-16') })
    expect(unmarked).toMatchObject({ status: 1, stderr: containing('UTF-16') })
  })

  it('draws its progress on a terminal only', async () => {
    const file = temporaryFile('a.jsonl', `${jsonLine('a')}\n`)
    const { env } = freshEnvironment()
    const onTerminal = await runCommand({ env, tty: true }, 'import', file)
    const piped = await runCommand({ env }, 'import', file)
    expect(onTerminal.stderr).toMatch(/█+ 100 % 1 line, 0 refused/)
    expect(onTerminal.stdout).toContain('1 accepted')
    expect(piped.stderr).toBe('')
  })

  it('ends with what it has when it is stopped, though its input goes on', async () => {
    const { env } = freshEnvironment()
    const stdin = new PassThrough()
    stdin.write('no JSON\n')
    const running = startCommand({ env, stdin }, 'import', '-', '--format', 'jsonl')
    await running.prints(/^line 1:/)
    running.stop()

    const { status, stdout, stderr } = await running.done
    expect(status).toBe(1)
    expect(stdout).toBe('1 line: 0 accepted, 0 duplicate, 1 refused\n')
    expect(stderr).toContain('Stopped before the end of the input, after 1 line.')
    expect(stderr).toContain('Go on with --from-line 2.')
  })

  it('says when Redis goes away how far it came, and the same file then completes without a duplicate', async () => {
    const server = await startPrivateRedis()
    const namespace = freshNamespace()
    const env = environmentOf(server.url, namespace)
    const lines = Array.from({ length: 300 }, (_, index) => `${jsonLine(`c-${index}`)}\n`)
    const redis = new Redis(server.url, { maxRetriesPerRequest: null })
    redis.on('error', () => undefined)
    onTestFinished(() => redis.disconnect())
    const stdin = new PassThrough()

    const running = startCommand({ env, stdin }, 'import', '-', '--format', 'jsonl')
    stdin.write(lines.slice(0, 200).join(''))
    const inbox = inboxKey({ namespace, destination: 'default' })
    for (let after = '0', seen = 0; seen < 200;) {
      const [[, entries] = ['', []]] =
        (await redis.xread('BLOCK', 0, 'STREAMS', inbox, after)) ?? []
      after = entries.at(-1)?.[0] ?? after
      seen += entries.length
    }
    await server.kill()
    stdin.end(lines.slice(200).join(''))
    const broken = await running.done

    expect(broken.status).toBe(1)
    expect(broken.stderr).toMatch(
      /Stopped before the end of the input, after (1\d\d|200) lines\..*again is safe/,
    )
    expect(broken.stderr).toContain('code: redis-unavailable')

    await server.restart()
    const again = await runCommand(
      { env, stdin: Readable.from(lines) },
      'import',
      '-',
      '--format',
      'jsonl',
    )
    expect(again.status).toBe(0)
    expect(again.stdout).toMatch(/^300 lines: \d+ accepted, \d+ duplicate, 0 refused$/m)
    expect(await redis.xlen(inbox)).toBe(300)
  })
})
