import type { Command } from 'commander'

import { loadStoreConfig } from '../../shared/config/load.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { checkConfiguration, loadAll } from '../doctor/check-configuration.ts'
import { checkRedis } from '../doctor/check-redis.ts'
import { checkTokens } from '../doctor/check-token.ts'
import { checkVerification } from '../doctor/check-verification.ts'
import type { Finding } from '../doctor/finding.ts'
import { presentFindings } from '../present/findings.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'

export function addDoctorCommand(program: Command, context: CliContext): void {
  const command = program
    .command('doctor')
    .description('is everything set up as it should be? Each fault with its mend')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      `
Looks at the configuration, the private key and its certificate, signs a token, and asks Redis for its version, its
settings, its clock and for intents that nobody reads. Changes nothing. Salesforce is asked only where
RINGBACK_ON_UNCERTAIN is verify: for a token and for ContactRequests that do not exist. Exit status 1 if anything
fails; warnings are advice. What Redis does not tell (managed services) is "unknown", which is no fault.

Example:
  ringback doctor --json | jq '.[] | select(.verdict != "ok")'`,
    )
  action(command, async () => {
    const findings = await examine(context)
    if (command.opts<{ json?: true }>().json) printJson(context.stdout, findings)
    else presentFindings(findings, createScreen(context.stdout, context))
    return findings.some(({ verdict }) => verdict === 'fail') ? exitStatus.problem : exitStatus.done
  })
}

async function examine(context: CliContext): Promise<Finding[]> {
  const loaded = loadAll(context)
  return [
    ...checkConfiguration(loaded),
    ...(await checkTokens(context, loaded)),
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
