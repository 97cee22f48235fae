import { generateKeyPairSync, type KeyObject } from 'node:crypto'

export interface KeyPair {
  privateKey: KeyObject
  publicKey: KeyObject
  /** PKCS#8, as a worker reads it from its settings. */
  privateKeyPem: string
}

/** A fresh RSA pair of the size Salesforce recommends, for the demo and for tests. Takes some 100 ms. */
export function createKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { privateKey, publicKey, privateKeyPem }
}
