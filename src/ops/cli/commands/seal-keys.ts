import { InvalidArgumentError, Option, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { parseDurationMs } from '../../../shared/time/duration.ts'
import { targetOf } from '../../operations/destination/target.ts'
import {
  listKeys,
  makeKeys,
  retireKeys,
  rotateKeys,
} from '../../operations/seal-keys/change-keys.ts'
import { presentChangedKeys, presentKeys } from '../present/seal-keys.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'

interface KeysOptions extends CommonOptions {
  file?: string
}

interface RotateOptions extends KeysOptions {
  in: number
}

const hourMs = 3_600_000

export function addKeysCommand(program: Command, context: CliContext): void {
  const group = program
    .command('keys')
    .description('keys to which producers seal customers’ numbers')
    .addHelpText(
      'after',
      `
They stand in the file that RINGBACK_SEAL_KEYS_FILE names, on every worker's
host. Workers publish the public halves, and notice a changed file.
docs/sealing.md says more.

Examples:
  ringback keys make --file /run/secrets/seal-keys.json
  ringback keys list
  ringback keys rotate --in 1h
  ringback keys retire ec-dwvfkqpbtr`,
    )
  addMake(group, context)
  addList(group, context)
  addRotate(group, context)
  addRetire(group, context)
}

function addMake(group: Command, context: CliContext): void {
  const command: Command = withFile(group.command('make'))
    .description('make the first keys: one of RSA, one on an elliptic curve')
    .addHelpText(
      'after',
      `
Only the file's owner can read it. One that is there is left as it is.

Example:
  ringback keys make --file /run/secrets/seal-keys.json`,
    )
  answer(command, context, {
    run: ({ options }: Given<KeysOptions>) =>
      makeKeys(fileOf(command, options, context), context.clock.now()),
    present: presentChangedKeys,
  })
}

function addList(group: Command, context: CliContext): void {
  const command: Command = withFile(group.command('list'))
    .description('keys, and whether they are published, wait for that, or are old')
    .addHelpText(
      'after',
      `
Example:
  ringback keys list --json`,
    )
  answer(command, context, {
    run: ({ options }: Given<KeysOptions>) =>
      Promise.resolve(listKeys(fileOf(command, options, context), context.clock.now())),
    present: presentKeys,
  })
}

function addRotate(group: Command, context: CliContext): void {
  const command: Command = withFile(group.command('rotate'))
    .description('add keys, to which producers seal from some time on')
    .addOption(
      new Option('--in <duration>', 'when they are published')
        .argParser(readDuration)
        .default(hourMs, '1h'),
    )
    .addHelpText(
      'after',
      `
Put the file onto every worker's host before that: one that lacks a key buries
what was sealed to it. The old keys go on unsealing.

Example:
  ringback keys rotate --in 4h`,
    )
  answer(command, context, {
    run: ({ options }: Given<RotateOptions>) => {
      const times = { nowMs: context.clock.now(), inMs: options.in }
      return rotateKeys(fileOf(command, options, context), times)
    },
    present: presentChangedKeys,
  })
}

function addRetire(group: Command, context: CliContext): void {
  const command: Command = withFile(group.command('retire'))
    .description('take old keys out of the file, for good')
    .argument('<key...>', 'as `list` prints them')
    .addHelpText(
      'after',
      `
What waits and was sealed to them becomes a dead letter. Exit status 1, and
nothing is changed, if one is published or not there.

Example:
  ringback keys retire ec-dwvfkqpbtr rsa-qhxkzmwbnt`,
    )
  answer(command, context, {
    run: ({ args: kids, options }: Given<KeysOptions>) => {
      const request = { kids, nowMs: context.clock.now() }
      return Promise.resolve(retireKeys(fileOf(command, options, context), request))
    },
    present: presentChangedKeys,
    isDone: ({ outcome }) => outcome === 'retired',
  })
}

function withFile(command: Command): Command {
  return withCommonOptions(command).option(
    '--file <path>',
    'the file of the keys (default: RINGBACK_SEAL_KEYS_FILE)',
  )
}

function fileOf(command: Command, { file, destination }: KeysOptions, { env }: CliContext): string {
  if (file !== undefined) return file
  const config = loadStoreConfig(env)
  const { ref } = targetOf(config, destination)
  const path = config.sealKeysFiles?.[ref.destination]
  return path ?? command.error('error: give --file, or set RINGBACK_SEAL_KEYS_FILE')
}

function readDuration(text: string): number {
  const ms = parseDurationMs(text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError('It must be a duration such as 0s, 30m or 2h.')
}
