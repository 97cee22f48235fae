import { Writable } from 'node:stream'

import { pino, type DestinationStream, type Level, type Logger } from 'pino'
import type { PrettyOptions } from 'pino-pretty'

import type { LogLevel } from '../config/config.ts'
import type { AttemptSettled, AttemptVerified, Observer, WorkerEvent } from './events.ts'
import { loggable } from './mask-secrets.ts'
import { steadyOutput } from './steady-output.ts'
import { terminalText } from './terminal-line.ts'

/** Where log lines go: a terminal has a width, and colours unless NO_COLOR is set. */
export interface LogTarget {
  pretty: boolean
  columns?: number | undefined
}

/** JSON lines for machines; lines that fit on a terminal. Written at once, so that a crash loses none. */
export async function createLogger(
  level: LogLevel,
  { pretty, columns }: LogTarget,
): Promise<Logger> {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const output = steadyOutput((lines) => logger.warn({ lines }, 'log.lost'))
  const logger = pino(options, pretty ? await prettied(output, columns) : output)
  return logger
}

/** What makes lines for a terminal keeps two MiB: it is loaded where there is one. */
async function prettied(output: DestinationStream, columns: number | undefined) {
  const { PinoPretty } = await import('pino-pretty')
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      output.write(chunk.toString())
      done()
    },
  })
  return PinoPretty({ destination, ...prettyOptions(columns) })
}

export function prettyOptions(columns: number | undefined): PrettyOptions {
  return {
    translateTime: 'SYS:HH:MM:ss',
    // The message holds what is worth showing of the fields.
    hideObject: true,
    messageFormat: (fields) => terminalText(fields, columns),
  }
}

/** One line an event: its name as `msg`, and all its fields. What an event may carry is decided in events.ts: never a number or a token. */
export function logTo(logger: Logger): Observer {
  return (event) => {
    const { event: name, ...fields } = event
    logger[levelOf(event)](withLoggableMessage(fields), name)
  }
}

/** What Redis, Node or a bug has worded may quote what it was about. */
function withLoggableMessage<Fields extends object>(fields: Fields): Fields {
  if (!('message' in fields) || typeof fields.message !== 'string') return fields
  return { ...fields, message: loggable(fields.message) }
}

type LevelByContent =
  | 'number.repeated'
  | 'token.answered'
  | 'run.changed'
  | 'attempt.settled'
  | 'attempt.verified'
  | 'worker.stopped'

/** An attempt's level, and that of a stop, depend on how it went. */
const levels: Record<Exclude<WorkerEvent['event'], LevelByContent>, Level> = {
  'callback.scheduled': 'debug',
  'entry.duplicate': 'debug',
  'entry.handed-over': 'debug',
  'entry.fulfilled': 'debug',
  'callback.cancelled': 'info',
  'callback.moved': 'info',
  'traceparent.ignored': 'debug',
  'job.skipped': 'debug',
  'walk.ended': 'debug',
  'worker.started': 'info',
  'worker.stopping': 'info',
  'destination.added': 'info',
  'destination.changed': 'info',
  'destination.draining': 'warn',
  'destination.drained': 'info',
  'dispatch.resumed': 'info',
  'destination.recovered': 'info',
  'workers.agree': 'info',
  'workers.disagree': 'warn',
  'dispatch.paused': 'warn',
  'destination.failing': 'error',
  'destination.refused': 'error',
  'entry.buried': 'warn',
  'callback.expired': 'warn',
  'inbox.stray': 'warn',
  'job.recovered': 'warn',
  'callback.unreconciled': 'warn',
  'dead-letter.relisted': 'warn',
  'dead-letter.unlisted': 'warn',
  'bridge.failed': 'error',
  'processor.failed': 'error',
  'maintenance.failed': 'error',
  'settlement.delayed': 'error',
  'redis.lost': 'error',
  'redis.back': 'info',
}

function levelOf(event: WorkerEvent): Level {
  if (event.event === 'attempt.settled') return levelOfAttempt(event)
  if (event.event === 'attempt.verified') return levelOfVerdict(event)
  if (event.event === 'number.repeated') return event.nth === '6+' ? 'warn' : 'debug'
  if (event.event === 'token.answered') return event.result === 'granted' ? 'debug' : 'warn'
  if (event.event === 'run.changed') return event.state === 'paused' ? 'warn' : 'info'
  if (event.event === 'worker.stopped') return event.inTime ? 'info' : 'warn'
  return levels[event.event]
}

/** `error` is for what somebody has to look at: a customer may be called twice, not at all, or nothing goes out. */
function levelOfAttempt({ settlement, code, state, outcome }: AttemptSettled): Level {
  if (settlement === 'double-booking' || code === 'unauthorized') return 'error'
  if (state === 'dead') return 'error'
  if (outcome !== 'booked' || settlement === 'late-booking') return 'warn'
  return 'info'
}

function levelOfVerdict({ state, verdict }: AttemptVerified): Level {
  if (state === 'dead') return 'error'
  return verdict === 'verified-booked' ? 'info' : 'warn'
}
