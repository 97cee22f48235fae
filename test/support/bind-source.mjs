/** Imported into a process (`NODE_OPTIONS=--import=…`): whatever it connects to, it connects from the address that is given. */
import { Socket } from 'node:net'
import process from 'node:process'

const localAddress = process.env['RINGBACK_TEST_SOURCE']
const connect = Socket.prototype.connect

Socket.prototype.connect = function (...args) {
  // `net.connect` hands on its arguments as a list.
  const list = Array.isArray(args[0]) ? args[0] : args
  const [options] = list
  // A copy: an agent that finds it in its own options knows its connections no more, and opens new ones until it may not.
  if (options?.port !== undefined) list[0] = { ...options, localAddress }
  return connect.apply(this, args)
}
