/**
 * Imported into a process (`NODE_OPTIONS=--import=…`): the clock of its machine is ahead by as many ms as the file says, from
 * the moment on in which the file says so. Timers go on as before, as they do when a real clock is set.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'

const file = process.env['RINGBACK_TEST_CLOCK_AHEAD'] ?? ''
const RightDate = Date

function now() {
  return RightDate.now() + Number(readFileSync(file, 'utf8'))
}

globalThis.Date = class extends RightDate {
  constructor(...args) {
    if (args.length === 0) super(now())
    else super(...args)
  }

  static now() {
    return now()
  }
}
