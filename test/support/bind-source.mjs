/** Imported into a process (`NODE_OPTIONS=--import=…`): whatever it connects to, it connects from the address that is given. */
import { Socket } from 'node:net'
import process from 'node:process'

const localAddress = process.env['RINGBACK_TEST_SOURCE']
const connect = Socket.prototype.connect

Socket.prototype.connect = function (...args) {
  const [first] = args
  // `net.connect` hands on its arguments as a list.
  const options = Array.isArray(first) ? first[0] : first
  if (typeof options === 'object' && options.port !== undefined) options.localAddress = localAddress
  return connect.apply(this, args)
}
