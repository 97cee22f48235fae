import { readFileSync } from 'node:fs'

/** A self-signed certificate for localhost and its published key: good for tests, trusted by nobody else. Ends in 2120. */
export const testTls = {
  cert: readFileSync(new URL('localhost-test-only.cert.pem', import.meta.url), 'utf8'),
  key: readFileSync(new URL('localhost-test-only.key.pem', import.meta.url), 'utf8'),
}
