import { Argument, InvalidArgumentError, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { makeUser } from '../../operations/acl/make-user.ts'
import { aclRoles, type AclRole } from '../../operations/acl/roles.ts'
import { presentUser } from '../present/acl.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { readPassword } from '../terminal/password.ts'

interface AclOptions extends CommonOptions {
  namespace?: string
  inbox?: true
  wishes?: true
  functions?: true
  seal?: true
  prefix?: string
  find?: true
  results?: true
  passwordStdin?: true
  apply?: true
}

export function addAclCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('acl'))
    .description('make a user of Redis who may do what its role does, and nothing else')
    .addArgument(new Argument('<role>', 'what it is for').choices(aclRoles))
    .argument('<name>', 'of the user', readName)
    .option('--namespace <name>', 'instead of RINGBACK_NAMESPACE', readNamespace)
    .option('--prefix <text>', 'producer: may read callbacks whose ids begin so', readPrefix)
    .option('--inbox', 'producer: trusted with XADD; else it has the door')
    .option('--wishes', 'producer with --inbox: may read what became of a cancel')
    .option('--functions', 'producer: may send by FCALL, and is answered at once')
    .option('--seal', 'producer: may read the public keys, to seal numbers')
    .option('--find', 'library: may look up any number')
    .option('--results', 'library: may read results')
    .option('--password-stdin', 'read its password (default: one is made)')
    .option('--apply', 'set the user in this Redis, not only print it')
    .addHelpText(
      'after',
      `
A worker reaches every destination of its namespace, because it walks all keys.

Examples:
  ringback acl producer acme --prefix acme- --apply
  ringback acl library billing --destination emea
  ringback acl operator anna --password-stdin < secret`,
    )
  answer(command, context, {
    run: async ({ args: [role = '', name = ''], options }: Given<AclOptions>) => {
      const problem = misplacedOption(role, options)
      if (problem !== undefined) command.error(`error: ${problem}`)
      const config = loadStoreConfig(context.env)
      const { namespace = config.namespace, destination, prefix, apply } = options
      const password = options.passwordStdin && (await readPassword(context.stdin))
      if (password === '') command.error('error: the password must be 8 to 512 visible characters')
      const request = {
        role: roleOf(role),
        name,
        destination,
        prefix,
        password,
        inbox: options.inbox === true,
        wishes: options.wishes === true,
        functions: options.functions === true,
        seal: options.seal === true,
        find: options.find === true,
        results: options.results === true,
        apply: apply === true,
      }
      return makeUser({ ...config, namespace }, request)
    },
    present: presentUser,
  })
}

/** Commander has refused any other. */
function roleOf(text: string): AclRole {
  const role = aclRoles.find((each) => each === text)
  if (role === undefined) throw new InvalidArgumentError('is no role')
  return role
}

const ownOptions = {
  prefix: 'producer',
  inbox: 'producer',
  wishes: 'producer',
  functions: 'producer',
  seal: 'producer',
  find: 'library',
  results: 'library',
}

function misplacedOption(role: string, options: AclOptions): string | undefined {
  const given: Readonly<Record<string, unknown>> = { ...options }
  const found = Object.entries(ownOptions).find(
    ([option, owner]) => given[option] !== undefined && owner !== role,
  )
  if (found !== undefined) return `--${found[0]} is for a ${found[1]}`
  if (options.wishes && !options.inbox) return '--wishes is for a producer with --inbox'
  return role === 'worker' && options.destination !== undefined
    ? '--destination is not for a worker, which reaches all of the namespace'
    : undefined
}

function readName(text: string): string {
  if (text === 'default') throw new InvalidArgumentError('Everybody without a name is "default".')
  return matching(
    text,
    /^[A-Za-z0-9._-]{1,64}$/,
    'Write 1 to 64 letters, digits, ".", "_" and "-".',
  )
}

function readNamespace(text: string): string {
  return matching(text, /^[a-z0-9-]{1,32}$/, 'Write 1 to 32 lower-case letters, digits and "-".')
}

/** A pattern would be another one's callbacks. */
function readPrefix(text: string): string {
  return matching(text, /^[A-Za-z0-9._-]{1,64}$/, 'Write the beginning of an id.')
}

function matching(text: string, pattern: RegExp, advice: string): string {
  if (!pattern.test(text)) throw new InvalidArgumentError(advice)
  return text
}
