import type { Command } from 'commander'

const statuses = new WeakMap<Command, number>()

/**
 * Makes `run` what a command does, and its number the exit status of {@link runProgram}. Every command of the program is
 * registered with this, wherever it is added:
 *
 *     const worker = program.command('worker').description('…').option('--drain')
 *     action(worker, async ([file]) => runWorker(file, worker.opts<{ drain?: true }>()))
 *
 * What it throws ends the program: a RingbackError in plain words, anything else as a defect of ours.
 */
export function action(command: Command, run: (args: readonly string[]) => Promise<number>): void {
  command.action(async () => {
    statuses.set(rootOf(command), await run(command.args))
  })
}

/** The status of the command that ran last; undefined if none did. */
export function recordedStatus(program: Command): number | undefined {
  return statuses.get(program)
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}
