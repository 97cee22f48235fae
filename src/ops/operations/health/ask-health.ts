import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'

import { messageOf } from '../../../shared/errors/errors.ts'

export interface ListeningAt {
  host: string
  /** Undefined: nothing is served. 0: on a port that nobody knows from outside. */
  port: number | undefined
}

/** `none`: there is nothing that could be asked, which is not an illness. */
export type HealthAnswer =
  { kind: 'alive' | 'none'; message: string } | { kind: 'ill'; message: string }

/** Docker gives up after five seconds. */
const timeoutMs = 3_000

/** Asks the worker of this machine, or of this container, whether it is alive. Not whether it is ready: see the runbook. */
export async function askHealth({ host, port }: ListeningAt): Promise<HealthAnswer> {
  if (port === undefined) {
    return {
      kind: 'none',
      message: 'there is no port to ask: RINGBACK_OPS_PORT is none',
    }
  }
  if (port === 0) {
    return { kind: 'none', message: 'the port to ask is not known: RINGBACK_OPS_PORT is 0' }
  }
  const url = `http://${reachable(host)}:${port}/livez`
  try {
    const status = await statusOf(url)
    if (status === 200) return { kind: 'alive', message: `${url} says that the worker is alive` }
    return { kind: 'ill', message: `${url} answered ${status}: is that Ringback?` }
  } catch (error) {
    return { kind: 'ill', message: `${url} did not answer: ${messageOf(error)}` }
  }
}

/** Who listens on every address is asked at the machine's own. Not at ::1, which containers mostly do not have. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

async function statusOf(url: string): Promise<number | undefined> {
  const request = get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  response.destroy()
  return response.statusCode
}

/** The answer where nobody could be asked: see {@link isOtherContainer}. */
export const otherContainer: HealthAnswer = {
  kind: 'none',
  message: 'this container runs no worker',
}

/** True where the first process of this container runs another command than `ringback worker`, which serves nothing. */
export function isOtherContainer(readFirst = firstProcess): boolean {
  const command = readFirst()
  return command !== undefined && !/\bworker\b/.test(command)
}

function firstProcess(): string | undefined {
  try {
    return readFileSync('/proc/1/cmdline', 'utf8')
  } catch {
    return undefined
  }
}
