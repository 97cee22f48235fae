import { AsyncLocalStorage } from 'node:async_hooks'
import { Socket } from 'node:net'

const source = new AsyncLocalStorage<string>()

/** What is begun within it, here and whenever it goes on, connects from this address: as one does that runs on another machine. */
export function connectingFrom<Value>(address: string, begin: () => Value): Value {
  return source.run(address, begin)
}

const connect: unknown = Reflect.get(Socket.prototype, 'connect')

Object.assign(Socket.prototype, {
  connect(this: Socket, ...args: unknown[]): unknown {
    // `net.connect` hands on its arguments as a list.
    const list: unknown[] = Array.isArray(args[0]) ? args[0] : args
    const [options] = list
    const localAddress = source.getStore()
    if (localAddress !== undefined && isOfNetwork(options)) list[0] = { ...options, localAddress }
    return typeof connect === 'function' ? Reflect.apply(connect, this, args) : undefined
  },
})

function isOfNetwork(options: unknown): options is object {
  return typeof options === 'object' && options !== null && 'port' in options
}
