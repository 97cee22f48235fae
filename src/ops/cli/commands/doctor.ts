import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { checkConfiguration, loadAll } from '../../operations/doctor/check-configuration.ts'
import { checkConnections } from '../../operations/doctor/check-connection.ts'
import { checkProviderNames } from '../../operations/doctor/check-provider-name.ts'
import { checkRedis } from '../../operations/doctor/check-redis.ts'
import { checkSecretFiles } from '../../operations/doctor/check-secret-files.ts'
import { checkTokens } from '../../operations/doctor/check-token.ts'
import { checkVerification } from '../../operations/doctor/check-verification.ts'
import type { Finding } from '../../operations/doctor/finding.ts'
import { presentFindings } from '../present/findings.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'

export function addDoctorCommand(program: Command, context: CliContext): void {
  const command = program
    .command('doctor')
    .description('is everything set up as it should be? Each fault with its fix')
    .option('--json', 'print JSON for programs')
    .option('--connect', 'connect to Salesforce too, over TLS, and send nothing')
    .addHelpText(
      'after',
      `
Looks at the configuration and who can read its secrets, the private key and its certificate, signs a token, and asks Redis
for its role, its version, its settings, its clock, for intents that nobody reads and for what its users may do; runs a
script there that changes nothing; and says what the workers' attempts have come to in the last hour. Changes nothing.
Salesforce is asked only where RINGBACK_ON_UNCERTAIN is verify: for a token and for ContactRequests that do not exist. Exit
status 1 if anything fails; warnings are advice. What Redis does not tell (managed services) is "unknown", which is no fault.

Examples:
  ringback doctor --connect
  ringback doctor --json | jq '.[] | select(.verdict != "ok")'`,
    )
  action(command, async () => {
    const { json, connect } = command.opts<{ json?: true; connect?: true }>()
    const findings = await examine(context, connect === true)
    if (json) printJson(context.stdout, findings)
    else presentFindings(findings, createScreen(context.stdout, context))
    return findings.some(({ verdict }) => verdict === 'fail') ? exitStatus.problem : exitStatus.done
  })
}

async function examine(context: CliContext, connects: boolean): Promise<Finding[]> {
  const loaded = loadAll(context)
  return [
    ...checkConfiguration(loaded),
    ...checkSecretFiles(context),
    ...checkProviderNames(loaded),
    ...(await checkTokens(context, loaded)),
    ...(connects ? await checkConnections(context, loaded) : []),
    ...(await checkVerification(context, loaded)),
    ...(await checkRedis(context, configuredNames(context))),
  ]
}

/** As far as they can be known: a broken configuration is another check's finding. */
function configuredNames({ env }: CliContext): readonly string[] {
  try {
    return loadStoreConfig(env).destinations
  } catch {
    return []
  }
}
