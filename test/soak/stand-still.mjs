/**
 * Imported into a worker (`NODE_OPTIONS=--import=…`): its event loop stands still for as long as a file exists. Unlike a
 * frozen process it costs nobody anything else: the kernel acknowledges and keeps what the network brings meanwhile.
 */
import { existsSync } from 'node:fs'
import process from 'node:process'
import { setInterval } from 'node:timers'

const file = process.env['RINGBACK_TEST_STAND_STILL'] ?? ''
const lookMs = 100
const nobodyWakes = new Int32Array(new SharedArrayBuffer(4))

function look() {
  while (existsSync(file)) Atomics.wait(nobodyWakes, 0, 0, lookMs)
}

setInterval(look, lookMs).unref()
