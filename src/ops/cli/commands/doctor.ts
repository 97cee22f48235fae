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
    .description('is everything set up as it should be? Each fault with its fix')
    .option('--connect', 'connect to Salesforce too, over TLS, and send nothing')
    .addHelpText(
      'after',
      `
Looks at the configuration and who can read its secrets, the private key and its
certificate, signs a token, and asks Redis for its role, its version, its
settings, its clock, for intents that nobody reads and for what its users may
do; runs a script there that changes nothing; and says what the workers'
attempts have come to in the last hour. Changes nothing.

Salesforce is asked only where RINGBACK_ON_UNCERTAIN is verify: for a token and
for ContactRequests that do not exist. Exit status 1 if anything fails; warnings
are advice. What Redis does not tell (managed services) is "unknown", which is
no fault.

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
