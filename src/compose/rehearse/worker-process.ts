import { systemClock } from '../../shared/time/clock.ts'
import { runWorker } from '../run-worker.ts'

// A worker of a rehearsal in a process of its own, as in production. It ends with the rehearsal, however that ends: the channel
// between them closes. Ctrl-C reaches all processes of a terminal, and the rehearsal stops its workers itself.

const ended = new AbortController()
process.on('SIGINT', () => undefined)
process.once('SIGTERM', () => ended.abort(new Error('stopped by SIGTERM')))
process.once('disconnect', () => ended.abort(new Error('the rehearsal is over')))

process.exitCode = await runWorker({
  env: process.env,
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stopped: ended.signal,
})
process.exit()
