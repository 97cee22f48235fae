// node tunnel.cjs FROM TO: whoever comes to port FROM of this container is led to port TO of its loopback, as ssh -L does.
const { connect, createServer } = require('node:net')
const process = require('node:process')
const { pipeline } = require('node:stream')

const [from, to] = process.argv.slice(2).map(Number)

createServer((client) => {
  const server = connect(to, '127.0.0.1')
  pipeline(client, server, client, () => {
    client.destroy()
    server.destroy()
  })
}).listen(from, '0.0.0.0')

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit())
