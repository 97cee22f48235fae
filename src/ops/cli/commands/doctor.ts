import type { Command } from 'commander'

import { presentFindings } from '../present/findings.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withJsonOption, type JsonOption } from '../terminal/common-options.ts'

interface DoctorOptions extends JsonOption {
  connect?: true
}

export function addDoctorCommand(program: Command, context: CliContext): void {
  const command = withJsonOption(program.command('doctor'))
    .description('check that everything is set up correctly; each fault with its fix')
    .option('--connect', 'also connect to Salesforce over TLS, sending nothing')
    .addHelpText(
      'after',
      `
Looks at the configuration and who can read its secrets, the private key and its
certificate, signs a token, and asks Redis for its role, version, settings and
clock, for intents that nobody reads and for what its users may do; runs a
script there that changes nothing; reports the outcomes of the workers' attempts
in the last hour, and what holds a destination back: a pause, a failing
Salesforce, a rate that was set or lowered. Changes nothing.

Salesforce is asked only where RINGBACK_ON_UNCERTAIN is verify: for a token and
for ContactRequests that do not exist. Exit status 1 if anything fails; warnings
are advice. What Redis does not report (managed services) is "unknown", which is
not a fault.

Examples:
  ringback doctor --connect
  ringback doctor --json | jq '.[] | select(.verdict != "ok")'`,
    )
  answer(command, context, {
    run: async ({ options }: Given<DoctorOptions>) => {
      // It needs got, which takes as long to load as all of `ringback enqueue`.
      const { examine } = await import('../../operations/doctor/examine.ts')
      return examine(context, { connects: options.connect === true })
    },
    present: presentFindings,
    isDone: (findings) => findings.every(({ verdict }) => verdict !== 'fail'),
  })
}
