import { execFileSync } from 'node:child_process'

/** A language in which an example is written, as far as it is there on this machine. */
export interface Interpreter {
  /** To begin a command with; undefined where it, or its Redis client, is not installed. */
  command: string | undefined
  /** What to install on Debian. */
  packages: string
}

export const interpreters = {
  sh: find(['sh'], ['-c', 'redis-cli --version'], 'redis-tools'),
  // Debian's client belongs to Debian's Python, which need not be the first on the PATH.
  py: find(['python3', '/usr/bin/python3'], ['-c', 'import redis'], 'python3-redis'),
  php: find(['php'], ['-r', 'exit((int) !class_exists("Redis"));'], 'php-cli php-redis'),
  rb: find(['ruby'], ['-e', 'require "redis"'], 'ruby ruby-redis'),
} as const

function find(
  commands: readonly string[],
  probe: readonly string[],
  packages: string,
): Interpreter {
  return { command: commands.find((command) => runs(command, probe)), packages }
}

/** A program that is there on this machine, or undefined. */
export function findCommand(command: string): string | undefined {
  return runs(command, ['--version']) ? command : undefined
}

function runs(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
