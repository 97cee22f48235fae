import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'

const listener = `
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))
`

/**
 * A port whose connections never come about, as behind a firewall that drops packets: its process is stopped and the two
 * places that Linux gives a backlog of 1 are taken. Further SYNs go unanswered.
 */
export async function deafPort(): Promise<number> {
  const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  child.kill('SIGSTOP')
  const places = [net.connect(port, '127.0.0.1'), net.connect(port, '127.0.0.1')]
  onTestFinished(() => {
    for (const ref of places) ref.destroy()
    child.kill('SIGKILL')
  })
  await Promise.all(places.map((ref) => once(ref, 'connect')))
  return port
}
