/**
 * Loaded into a `ringback` process by crash-at.ts: kills it, without a last word, in the very moment in which it publishes
 * the step it is told by CRASH_AT. Runs in any process of ours as it is: nothing in the product knows of it.
 */
import { subscribe } from 'node:diagnostics_channel'
import process from 'node:process'

const [step, when, nth = '1'] = (process.env.CRASH_AT ?? '').split(' ')
let left = Number(nth)

const moment = when === 'before' ? 'start' : 'asyncEnd'

subscribe(`tracing:ringback:step:${moment}`, (message) => {
  if (message.step !== step || 'error' in message) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
})
