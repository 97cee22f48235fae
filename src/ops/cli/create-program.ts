import type { Command } from 'commander'

import type { CreateSubmitter } from '../operations/enqueue/submitter.ts'
import { createBareProgram } from './bare-program.ts'
import { addAclCommand } from './commands/acl.ts'
import { addAuditCommand } from './commands/audit.ts'
import { addCancelCommand } from './commands/cancel.ts'
import { addDeadLettersCommand } from './commands/dead-letters.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEnqueueCommand } from './commands/enqueue.ts'
import { addEraseCommand } from './commands/erase.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addExportCommand } from './commands/export.ts'
import { addFindCommand } from './commands/find.ts'
import { addHealthCommand } from './commands/health.ts'
import { addImportCommand } from './commands/import.ts'
import { addPauseCommand } from './commands/pause.ts'
import { addRateCommand } from './commands/rate.ts'
import { addRedriveRunCommand } from './commands/redrive.ts'
import { addRepairCommand } from './commands/repair.ts'
import { addReplayCommand } from './commands/replay.ts'
import { addRescheduleCommand } from './commands/reschedule.ts'
import { addResultsCommand } from './commands/results.ts'
import { addResumeCommand } from './commands/resume.ts'
import { addRunsCommand } from './commands/runs.ts'
import { addKeysCommand } from './commands/seal-keys.ts'
import { addStatsCommand } from './commands/stats.ts'
import { addStatusCommand } from './commands/status.ts'
import type { CliContext } from './terminal/cli-context.ts'
import { guardPipes } from './terminal/guard-pipes.ts'

/** `ringback` with every command that needs no other role than the producer. The composition root adds those that do. */
export function createProgram(context: CliContext, createSubmitter: CreateSubmitter): Command {
  const program = createBareProgram()
  const guarded = guardPipes(context)
  addEnqueueCommand(program, guarded, createSubmitter)
  addImportCommand(program, guarded, createSubmitter)
  addStatusCommand(program, guarded)
  addExplainCommand(program, guarded)
  addFindCommand(program, guarded)
  addCancelCommand(program, guarded)
  addRescheduleCommand(program, guarded)
  addPauseCommand(program, guarded)
  addResumeCommand(program, guarded)
  addRateCommand(program, guarded)
  addResultsCommand(program, guarded)
  addDeadLettersCommand(program, guarded)
  addRedriveRunCommand(program, guarded)
  addReplayCommand(program, guarded)
  addRunsCommand(program, guarded)
  addExportCommand(program, guarded)
  addStatsCommand(program, guarded)
  addAuditCommand(program, guarded)
  addEraseCommand(program, guarded)
  addDoctorCommand(program, guarded)
  addAclCommand(program, guarded)
  addKeysCommand(program, guarded)
  addRepairCommand(program, guarded)
  addHealthCommand(program, guarded)
  return program
}
