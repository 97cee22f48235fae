import { createPrivateKey, type KeyObject } from 'node:crypto'

import { readTextFile } from './text-file.ts'

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
  if (source.kind === 'text') return parsePrivateKey(source.text.replaceAll(/\\r\\n|\\n/g, '\n'))
  const file = readTextFile(source.path)
  return file.kind === 'ok' ? parsePrivateKey(file.value) : file
}

function parsePrivateKey(pem: string): PrivateKeyReading {
  if (pem.trim() === '') return problem('is empty')
  const lookalike = lookalikes.find(({ pattern }) => pattern.test(pem))
  if (lookalike) return problem(lookalike.message)
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(pem)) {
    const other = notPrivate.find(({ pattern }) => pattern.test(pem))
    return problem(other?.message ?? 'is no private key in PEM form')
  }
  return judgeKey(pem)
}

function judgeKey(pem: string): PrivateKeyReading {
  const key = keyOf(pem)
  if (key === undefined) return problem('is damaged: its PEM text cannot be decoded')
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
