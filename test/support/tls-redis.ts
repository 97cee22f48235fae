import { startRedisProcess } from './redis-process.ts'
import { clientTls, tlsFiles } from './tls/tls-fixture.ts'

/** A real Redis that speaks TLS alone, and asks whoever comes for a certificate; its URL. */
export async function startTlsRedis(): Promise<string> {
  const { host, port } = await startRedisProcess({ lines: ['save ""'], isTls: true })
  return `rediss://${host}:${port}`
}

/** Which a producer shows. */
export const tlsCertificate = { redisCertFile: tlsFiles.cert, redisKeyFile: tlsFiles.key }

/** With the authority of the server's: of a producer, of commands, and of a worker. */
export const tlsOptions = { redisCaFile: tlsFiles.cert, ...tlsCertificate }
export const tlsEnvironment = {
  RINGBACK_REDIS_CA_FILE: tlsFiles.cert,
  RINGBACK_REDIS_CERT_FILE: tlsFiles.cert,
  RINGBACK_REDIS_KEY_FILE: tlsFiles.key,
}
export const tlsSecurity = { tls: clientTls }
