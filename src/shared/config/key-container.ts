const toPem = 'a PEM text is needed'

/** What bytes that hold no PEM text are, as far as their beginning tells, and how the key is got out of them. */
export function nameKeyContainer(bytes: Buffer): string | undefined {
  if (
    startsWith(bytes, 0xff, 0xfe) ||
    startsWith(bytes, 0xfe, 0xff) ||
    startsWith(bytes, 0x2d, 0)
  ) {
    return 'is UTF-16; save it as UTF-8 or ASCII'
  }
  if (startsWith(bytes, 0xfe, 0xed, 0xfe, 0xed) || startsWith(bytes, 0xce, 0xce, 0xce, 0xce)) {
    return `is a Java keystore (JKS); ${toPem}: keytool -importkeystore -deststoretype PKCS12, then openssl pkcs12 -nocerts -noenc`
  }
  return nameDer(bytes) ?? nameBase64(bytes.toString('latin1'))
}

/** ASN.1: a sequence, and what it begins with. PKCS#12 begins with its version 3, a private key with version 0. */
function nameDer(bytes: Buffer): string | undefined {
  if (!startsWith(bytes, 0x30)) return undefined
  const length = bytes[1] ?? 0
  const content = bytes.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f))
  if (startsWith(content, 0x02, 1, 3)) {
    return `is a PKCS#12 store (.p12, .pfx); ${toPem}: openssl pkcs12 -nocerts -noenc`
  }
  if (startsWith(content, 0x02, 1, 0)) {
    return `is a private key in binary form (DER); ${toPem}: openssl pkey -inform DER`
  }
  if (startsWith(content, 0x30) || startsWith(content, 0x02)) {
    return `is binary (DER), and not a private key without a passphrase; ${toPem}`
  }
  return undefined
}

function nameBase64(text: string): string | undefined {
  const compact = text.replace(/\s|\\[rnt]|^["']|["']$/g, '')
  if (!/^[A-Za-z0-9+/_-]{40,}={0,2}$/.test(compact)) return undefined
  const decoded = Buffer.from(compact, 'base64')
  if (decoded.includes('-----BEGIN ')) return 'is the base64 of a PEM text; decode it (base64 -d)'
  const name =
    nameDer(decoded) ?? (startsWith(decoded, 0xfe, 0xed) ? nameKeyContainer(decoded) : undefined)
  if (name === undefined) return undefined
  return name.startsWith('is a private key')
    ? 'is the base64 of a private key without the lines -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY----- around it'
    : `is base64, and what it stands for ${name}`
}

function startsWith(bytes: Buffer, ...beginning: number[]): boolean {
  return bytes.length >= beginning.length && beginning.every((byte, at) => bytes[at] === byte)
}
