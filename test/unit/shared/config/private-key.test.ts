import { createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto'
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { readPrivateKey } from '../../../../src/shared/config/private-key.ts'
import { fixtureCertificateFile } from './sample-environment.ts'
import { temporaryFile, temporaryFolder } from './temporary-folder.ts'

const rsa = rsaKey(2048)
const pkcs1 = pem(rsa, 'pkcs1')
const pkcs8 = pem(rsa, 'pkcs8')
const damaged = 'is damaged: its PEM text cannot be decoded'
const certificate = readFileSync(fixtureCertificateFile, 'utf8')

describe('readPrivateKey', () => {
  it.each([
    ['PKCS#1', pkcs1],
    ['PKCS#8', pkcs8],
    ['PKCS#1 with CRLF', pkcs1.replaceAll('\n', '\r\n')],
    ['PKCS#8 with CRLF', pkcs8.replaceAll('\n', '\r\n')],
    ['a key after its certificate', `${certificate}\n${pkcs8}`],
    ['a key without the last line break', pkcs8.trim()],
    ['a key after a byte order mark', `\uFEFF${pkcs8}`],
  ])('takes %s from a file', (_form, text) => {
    expectKey(readPrivateKey({ kind: 'file', path: temporaryFile('salesforce.key', text) }))
  })

  it.each([
    ['with line breaks', pkcs1],
    [String.raw`with \n for line breaks`, pkcs1.replaceAll('\n', String.raw`\n`)],
    [String.raw`with \r\n for line breaks`, pkcs8.replaceAll('\n', String.raw`\r\n`)],
  ])('takes a key from a text %s', (_form, text) => {
    expectKey(readPrivateKey({ kind: 'text', text }))
  })

  it.each([
    ['an empty text', '', 'is empty'],
    ['spaces', ' \n\n', 'is empty'],
    ['another text', 'not a key', 'is not a private key in PEM form'],
    ['a certificate', certificate, 'is a certificate, not a private key'],
    ['a public key', publicPem('spki'), 'is a public key, not a private key'],
    ['a PKCS#1 public key', publicPem('pkcs1'), 'is a public key, not a private key'],
    ['a public key of SSH', 'ssh-rsa AAAAB3Nza me@here', 'is a public key, not a private key'],
    ['an encrypted PKCS#8 key', encrypted('pkcs8'), 'is encrypted with a passphrase'],
    ['an encrypted PKCS#1 key', encrypted('pkcs1'), 'is encrypted with a passphrase'],
    [
      'a key of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      'is in the form of OpenSSH, not PKCS#1 or PKCS#8',
    ],
    ['a cut key', pkcs8.slice(0, 400), damaged],
    ['a key with another base64 in it', pkcs8.replace('MII', 'M!I'), damaged],
    ['two keys', `${pkcs8}${pkcs1}`, 'holds more than one private key'],
    [
      'a key of PuTTY',
      'PuTTY-User-Key-File-3: ssh-rsa',
      'is in the form of PuTTY, not PKCS#1 or PKCS#8',
    ],
    ['a JSON Web Key', '{ "kty": "RSA" }', 'is a JSON Web Key, not a key in PEM form'],
    [
      'the base64 of a PEM text',
      Buffer.from(pkcs8).toString('base64'),
      'is the base64 of a PEM text; decode it (base64 -d)',
    ],
    [
      'the base64 of a PEM text over lines',
      (
        Buffer.from(pkcs1)
          .toString('base64')
          .match(/.{1,76}/g) ?? []
      ).join('\n'),
      'is the base64 of a PEM text; decode it (base64 -d)',
    ],
    [
      'a key without its first and its last line',
      pkcs8.split('\n').slice(1, -2).join('\n'),
      'is the base64 of a private key without the lines -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY----- around it',
    ],
    [
      'an EC key',
      pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'pkcs8'),
      'is not an RSA key but ec (prime256v1), which cannot sign RS256',
    ],
    [
      'an EC key in its own form',
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type: 'sec1', format: 'pem' })
        .toString(),
      'is not an RSA key but ec (prime256v1), which cannot sign RS256',
    ],
    [
      'an Ed25519 key',
      pem(generateKeyPairSync('ed25519').privateKey, 'pkcs8'),
      'is not an RSA key but ed25519, which cannot sign RS256',
    ],
    [
      'an RSA-PSS key',
      pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey, 'pkcs8'),
      'is not an RSA key but rsa-pss, which cannot sign RS256',
    ],
    [
      'an RSA key of 1024 bits',
      pem(rsaKey(1024), 'pkcs8'),
      'is an RSA key of 1024 bits, and less than 2048 is too weak to be used',
    ],
  ])('names %s as what it is, in a text and in a file', (_what, text, message) => {
    const path = temporaryFile('salesforce.key', text)

    expect(readPrivateKey({ kind: 'text', text })).toEqual({ kind: 'problem', message })
    expect(readPrivateKey({ kind: 'file', path })).toEqual({ kind: 'problem', message })
  })

  it.each([
    ['spaces', ' '],
    ['tabs', '\t'],
    ['nothing', ''],
    ['carriage returns', '\r'],
    [String.raw`\n`, String.raw`\n`],
    [String.raw`\\n`, String.raw`\\n`],
    [String.raw`\\\\n`, String.raw`\\\\n`],
    [String.raw`\r\n`, String.raw`\r\n`],
    [String.raw`\r`, String.raw`\r`],
    [String.raw`\t`, String.raw`\t`],
    ['a backslash and a line break', '\\\n'],
    ['four spaces more', '\n    '],
    ['no-break spaces', '\u00A0'],
  ])('takes a key that has %s for line breaks, from a text and from a file', (_what, lineBreak) => {
    for (const pemText of [pkcs1, pkcs8, `${certificate}${pkcs8}`]) {
      const text = pemText.replaceAll('\n', lineBreak)
      for (const pasted of [text, `"${text}"`, `'${text}'`, `  ${text}\n\n`]) {
        expectKey(readPrivateKey({ kind: 'text', text: pasted }))
        expectKey(readPrivateKey({ kind: 'file', path: temporaryFile('salesforce.key', pasted) }))
      }
    }
  })

  it.each([
    [
      'a Java keystore',
      Buffer.from('feedfeed0000000200000001', 'hex'),
      /^is a Java keystore \(JKS\)/,
    ],
    [
      'a JCEKS keystore',
      Buffer.from('cececece0000000200000001', 'hex'),
      /^is a Java keystore \(JKS\)/,
    ],
    ['PKCS#12', Buffer.from('308209e1020103308209a7', 'hex'), /^is a PKCS#12 store/],
    ['PKCS#12 of small size', Buffer.from('3060020103305b', 'hex'), /^is a PKCS#12 store/],
    ['PKCS#8 DER', der('pkcs8'), /^is a private key in binary form \(DER\)/],
    ['PKCS#1 DER', der('pkcs1'), /^is a private key in binary form \(DER\)/],
    [
      'a DER certificate',
      new X509Certificate(certificate).raw,
      /^is binary \(DER\), and not a private key/,
    ],
    ['UTF-16', Buffer.from(`\uFEFF${pkcs8}`, 'utf16le'), /^is UTF-16/],
    ['UTF-16 without a mark', Buffer.from(pkcs8, 'utf16le'), /^is UTF-16/],
  ])('names a file that holds %s', (_what, bytes, words) => {
    const path = join(temporaryFolder(), 'salesforce.key')
    writeFileSync(path, bytes)
    expect(readPrivateKey({ kind: 'file', path })).toEqual({
      kind: 'problem',
      message: expect.stringMatching(words) as unknown,
    })
    const base64 = readPrivateKey({ kind: 'text', text: bytes.toString('base64') })
    expect(base64.kind).toBe('problem')
  })

  it('names the base64 of a store', () => {
    const store = Buffer.concat([Buffer.from('308209e1020103308209a7', 'hex'), Buffer.alloc(40)])
    const reading = readPrivateKey({ kind: 'text', text: store.toString('base64') })
    expect(reading).toMatchObject({
      message: expect.stringContaining(
        'is base64, and what it stands for is a PKCS#12 store',
      ) as unknown,
    })
  })

  it('names a file that does not exist', () => {
    const path = join(temporaryFolder(), 'absent.key')

    expectProblem(path, 'names a file that does not exist')
    expectProblem(join(fixtureCertificateFile, 'below.key'), 'names a file that does not exist')
  })

  it('names a file that the user may not read', () => {
    const path = temporaryFile('salesforce.key', pkcs8)
    chmodSync(path, 0o000)
    becomeNobody()

    expectProblem(path, 'names a file that this user may not read')
  })

  it('names a directory', () => {
    expectProblem(temporaryFolder(), 'names a directory')
  })

  it('names a device, which might never end', () => {
    expectProblem('/dev/zero', 'names something that is not a file')
  })

  it('names a file far larger than any key', () => {
    const path = temporaryFile('worker.log', 'x'.repeat(4 * 1024 * 1024 + 1))

    expectProblem(path, 'names a file larger than 4194304 bytes')
  })

  it('names any other reason by its code', () => {
    const path = join(temporaryFolder(), 'loop.key')
    symlinkSync(path, path)

    expectProblem(path, 'names a file that cannot be read (ELOOP)')
  })
})

function expectKey(reading: ReturnType<typeof readPrivateKey>): void {
  expect(reading).toMatchObject({ kind: 'ok' })
  if (reading.kind === 'ok') expect(reading.key.equals(rsa)).toBe(true)
}

function expectProblem(path: string, message: string): void {
  expect(readPrivateKey({ kind: 'file', path })).toEqual({ kind: 'problem', message })
}

/** Root may read anything: for the rest of the test this process is somebody else. */
function becomeNobody(): void {
  if (process.geteuid?.() !== 0) return
  process.seteuid?.(65_534)
  onTestFinished(() => process.seteuid?.(0))
}

function rsaKey(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey
}

function pem(key: KeyObject, type: 'pkcs1' | 'pkcs8'): string {
  return key.export({ type, format: 'pem' }).toString()
}

function der(type: 'pkcs1' | 'pkcs8'): Buffer {
  return rsa.export({ type, format: 'der' })
}

function publicPem(type: 'pkcs1' | 'spki'): string {
  return createPublicKey(rsa).export({ type, format: 'pem' }).toString()
}

function encrypted(type: 'pkcs1' | 'pkcs8'): string {
  return rsa.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
}
