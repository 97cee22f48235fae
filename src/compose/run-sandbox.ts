import { createPublicKey } from 'node:crypto'

import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import { exitStatus } from '../ops/cli/terminal/exit-status.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import type { SandboxEvent } from '../sandbox/events.ts'
import type { Fault } from '../sandbox/faults.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { messageOf, RingbackError } from '../shared/errors/errors.ts'
import { obtainKey } from '../sandbox/obtain-key.ts'

export interface SandboxCommand {
  host: string
  port: number
  orgId: string
  callCenter: string
  /** Shared with the worker; made when it is not there. */
  keyFile: string
  /** The key for asking what was booked; without it nobody can. */
  verifyKeyFile?: string
  faults: Fault[]
}

const clientId = 'ringback-sandbox'
const username = 'ringback@sandbox.example'

/** `ringback sandbox`: the stand-in Salesforce, until it is told to stop. */
export async function runSandbox(
  { host, port, orgId, callCenter, keyFile, verifyKeyFile, faults }: SandboxCommand,
  { clock, stdout, stopped }: CliContext,
): Promise<number> {
  const publicKey = createPublicKey(obtainKey('--key-file', keyFile))
  const core =
    verifyKeyFile === undefined
      ? undefined
      : {
          clientId,
          username,
          publicKey: createPublicKey(obtainKey('--verify-key-file', verifyKeyFile)),
        }
  const log = (event: SandboxEvent) => stdout.write(`${JSON.stringify(event)}\n`)
  const options = { host, port, publicKey, orgId, callCenter, core, faults, clock, log }
  const sandbox = await startSandbox(options).catch((error: unknown) => {
    throw new RingbackError(
      'invalid-configuration',
      `--port: cannot listen on ${host}:${port}: ${messageOf(error)}. Choose another port, or 0 for any free one.`,
      { cause: error },
    )
  })
  stdout.write(
    `The sandbox listens on ${sandbox.url}; control it at ${sandbox.url}/control.\n` +
      'A worker for it needs:\n' +
      `  RINGBACK_SALESFORCE_URL=${sandbox.url}\n` +
      `  RINGBACK_SALESFORCE_ORG_ID=${orgId}\n` +
      `  RINGBACK_SALESFORCE_CALL_CENTER=${callCenter}\n` +
      `  RINGBACK_SALESFORCE_PRIVATE_KEY_FILE=${keyFile}\n` +
      '  RINGBACK_TELEPHONY_PROVIDER_NAME=any name\n' +
      (verifyKeyFile === undefined ? '' : verifySettings(verifyKeyFile)),
  )
  await aborted(stopped)
  await sandbox.close()
  return exitStatus.done
}

function verifySettings(keyFile: string): string {
  return (
    'and, to verify uncertain outcomes:\n' +
    '  RINGBACK_ON_UNCERTAIN=verify\n' +
    `  RINGBACK_VERIFY_CLIENT_ID=${clientId}\n` +
    `  RINGBACK_VERIFY_USERNAME=${username}\n` +
    `  RINGBACK_VERIFY_PRIVATE_KEY_FILE=${keyFile}\n`
  )
}
