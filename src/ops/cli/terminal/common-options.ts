import type { Command } from 'commander'

export interface JsonOption {
  json?: true
}

export interface CommonOptions extends JsonOption {
  destination?: string
}

export function withJsonOption(command: Command): Command {
  return command.option('--json', 'print JSON for programs')
}

export function withCommonOptions(command: Command): Command {
  return withJsonOption(
    command.option(
      '--destination <name>',
      'which contact center (default: the only one that is configured, else "default")',
    ),
  )
}
