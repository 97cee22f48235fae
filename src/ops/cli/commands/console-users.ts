import { Argument, type Command } from 'commander'

import { readConsoleConfig } from '../../../shared/config/load.ts'
import {
  addConsoleUser,
  listConsoleUsers,
  removeConsoleUser,
} from '../../operations/console-users/change-users.ts'
import { roles, type Role } from '../../operations/console-users/users-file.ts'
import { presentChangedUsers, presentUsers } from '../present/console-users.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withJsonOption, type JsonOption } from '../terminal/common-options.ts'
import { passphraseForm, readPassphrase } from '../terminal/passphrase.ts'

interface UsersOptions extends JsonOption {
  file?: string
}

/** Below `ringback console`, which the composition root adds. */
export function addConsoleUsersCommand(page: Command, context: CliContext): void {
  const group = page
    .command('users')
    .description('who may log in to the console')
    .addHelpText(
      'after',
      `
They stand in the file that RINGBACK_CONSOLE_USERS_FILE names, with what it
takes to try a password, and not to learn it. A console reads it when it starts.

Examples:
  ringback console users add anna operate --file console-users
  ringback console users remove anna`,
    )
  addAdd(group, context)
  addRemove(group, context)
  addList(group, context)
}

function addAdd(group: Command, context: CliContext): void {
  const command: Command = withFile(group.command('add'))
    .description('add a user, or give one another role and password')
    .argument('<name>', 'letters, digits, dots, @, _ and -')
    .addArgument(new Argument('<role>', 'what the user may do').choices(roles))
    .addHelpText(
      'after',
      `
\`view\` looks, \`operate\` acts too. The password is asked for; where nobody can
be asked, it is the first line of the standard input.

Examples:
  ringback console users add anna operate
  pass ringback/anna | ringback console users add anna operate`,
    )
  answer(command, context, {
    run: async ({ args: [name = '', role = ''], options }: Given<UsersOptions>) => {
      const file = fileOf(command, options, context)
      const password = await readPassphrase(context)
      if (password === undefined) {
        return command.error(`error: the password ${passphraseForm}, and the same twice`)
      }
      return addConsoleUser({ file, name, role: roleOf(role), password })
    },
    present: presentChangedUsers,
  })
}

function addRemove(group: Command, context: CliContext): void {
  const command: Command = withFile(group.command('remove'))
    .description('remove a user')
    .argument('<name>', 'as `list` prints it')
    .addHelpText(
      'after',
      `
Whoever is logged in stays so until the console is restarted. Exit status 1 if
there is no such user.

Example:
  ringback console users remove anna`,
    )
  answer(command, context, {
    run: ({ args: [name = ''], options }: Given<UsersOptions>) =>
      Promise.resolve(removeConsoleUser(fileOf(command, options, context), name)),
    present: presentChangedUsers,
    isDone: ({ outcome }) => outcome === 'removed',
  })
}

function addList(group: Command, context: CliContext): void {
  const command: Command = withFile(group.command('list'))
    .description('users and their roles')
    .addHelpText(
      'after',
      `
Example:
  ringback console users list --json`,
    )
  answer(command, context, {
    run: ({ options }: Given<UsersOptions>) =>
      Promise.resolve(listConsoleUsers(fileOf(command, options, context))),
    present: presentUsers,
  })
}

function withFile(command: Command): Command {
  return withJsonOption(command).option(
    '--file <path>',
    'the users file (default: RINGBACK_CONSOLE_USERS_FILE)',
  )
}

function fileOf(command: Command, { file }: UsersOptions, { env }: CliContext): string {
  const path = file ?? readConsoleConfig(env).usersFile
  return path ?? command.error('error: give --file, or set RINGBACK_CONSOLE_USERS_FILE')
}

/** Commander has refused any other. */
function roleOf(text: string): Role {
  return roles.find((each) => each === text) ?? 'view'
}
