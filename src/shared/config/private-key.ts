import { createPrivateKey, type KeyObject } from 'node:crypto'

import { nameKeyContainer } from './key-container.ts'
import { pemBlocks } from './pem.ts'
import { readSmallFile } from './text-file.ts'

export type KeySource = { kind: 'text'; text: string } | { kind: 'file'; path: string }

export type PrivateKeyReading =
  { kind: 'ok'; key: KeyObject } | { kind: 'problem'; message: string }

/** jose refuses to sign with less. */
const minBits = 2048

/** What a text that holds no usable PEM private key is instead. The first that matches names it. */
const lookalikes: readonly { pattern: RegExp; message: string }[] = [
  {
    pattern: /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: *4,ENCRYPTED/,
    message: 'is encrypted with a passphrase',
  },
  {
    pattern: /-----BEGIN OPENSSH PRIVATE KEY-----/,
    message: 'is in the form of OpenSSH, not PKCS#1 or PKCS#8',
  },
  {
    pattern: /^PuTTY-User-Key-File/,
    message: 'is in the form of PuTTY, not PKCS#1 or PKCS#8',
  },
  {
    pattern: /^\s*\{.*"kty"/s,
    message: 'is a JSON Web Key, not a key in PEM form',
  },
]

const notPrivate: readonly { pattern: RegExp; message: string }[] = [
  {
    pattern: /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/,
    message: 'is a certificate, not a private key',
  },
  {
    pattern: /-----BEGIN (?:[A-Z]+ )?PUBLIC KEY-----|^ssh-[a-z0-9]+ /,
    message: 'is a public key, not a private key',
  },
]

/** The key that signs tokens: RSA, PKCS#1 or PKCS#8, PEM. No message quotes the text. */
export function readPrivateKey(source: KeySource): PrivateKeyReading {
  if (source.kind === 'text') return parsePrivateKey(Buffer.from(source.text))
  const file = readSmallFile(source.path)
  return file.kind === 'ok' ? parsePrivateKey(file.value) : file
}

function parsePrivateKey(bytes: Buffer): PrivateKeyReading {
  const text = bytes.toString('utf8')
  if (/^[\s"'\uFEFF]*$/.test(text)) return problem('is empty')
  const lookalike = lookalikes.find(({ pattern }) => pattern.test(text))
  if (lookalike) return problem(lookalike.message)
  const [pem, another] = pemBlocks(text).filter(({ label }) => label.endsWith('PRIVATE KEY'))
  if (another !== undefined) return problem('holds more than one private key')
  if (pem !== undefined) return judgeKey(pem.pem)
  if (/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text)) return problem(damaged)
  const other = notPrivate.find(({ pattern }) => pattern.test(text))
  const message = other?.message ?? nameKeyContainer(bytes) ?? 'is not a private key in PEM form'
  return problem(message)
}

const damaged = 'is damaged: its PEM text cannot be decoded'

function judgeKey(pem: string): PrivateKeyReading {
  const key = keyOf(pem)
  if (key === undefined) return problem(damaged)
  if (key.asymmetricKeyType !== 'rsa') {
    return problem(`is not an RSA key but ${nameOf(key)}, which cannot sign RS256`)
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits < minBits
    ? problem(`is an RSA key of ${bits} bits, and less than ${minBits} is too weak to be used`)
    : { kind: 'ok', key }
}

/** Nothing of OpenSSL's error is kept: it helps nobody, and ours names the cause. */
function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

function nameOf(key: KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve
  return curve === undefined
    ? (key.asymmetricKeyType ?? 'of an unknown type')
    : `${key.asymmetricKeyType ?? ''} (${curve})`
}

function problem(message: string): PrivateKeyReading {
  return { kind: 'problem', message }
}
