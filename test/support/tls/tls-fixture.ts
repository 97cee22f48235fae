import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A self-signed certificate for localhost and its published key: good for tests, trusted by nobody else. Ends in 2120. */
export const tlsFiles = {
  cert: fileOf('localhost-test-only.cert.pem'),
  key: fileOf('localhost-test-only.key.pem'),
}

export const testTls = {
  cert: readFileSync(tlsFiles.cert, 'utf8'),
  key: readFileSync(tlsFiles.key, 'utf8'),
}

/** Of a client that trusts it, and shows it. */
export const clientTls = { ...testTls, ca: testTls.cert }

function fileOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
