import { Command, Redis } from 'ioredis'

import type { Directory, Place } from './directory.ts'

type SentCommand = Parameters<Redis['sendCommand']>[0]
type Stream = Parameters<Redis['sendCommand']>[1]

/** Opens a connection to the primary that has a slot, wherever that may come to be. */
type OpenNode = (place: Place) => Redis

/**
 * A cluster, to whoever takes it for one Redis: each command goes to where its key is. A destination is in one slot, so its store
 * has the connection to that (see `openStore`), with all that a connection to a single Redis does. What names no key is asked of
 * some primary; what every one of them has to be asked is asked of `primaries`.
 */
export class ClusterConnection extends Redis {
  private readonly nodes = new Map<number, Redis>()
  private readonly directory: Directory
  private readonly openNode: OpenNode

  constructor(directory: Directory, openNode: OpenNode) {
    // It connects nothing itself.
    super({ lazyConnect: true })
    this.directory = directory
    this.openNode = openNode
  }

  /** The connection to the primary that has the slot of this key. */
  nodeOf(key: string): Redis {
    return this.nodeAt(new Command('get', [key]).getSlot())
  }

  /** A connection to each primary. */
  async primaries(): Promise<Redis[]> {
    const { slots } = await this.directory.layout()
    return slots.map((slot) => this.nodeAt(slot))
  }

  private nodeAt(slot: number): Redis {
    const known = this.nodes.get(slot)
    if (known !== undefined) return known
    const node = this.openNode(this.directory.placeOf(slot))
    this.nodes.set(slot, node)
    node.on('error', (error: Error) => this.emit('error', error))
    node.on('close', () => this.judge())
    node.on('ready', () => {
      this.judge()
      this.emit('ready')
    })
    if (this.status === 'end') node.disconnect()
    return node
  }

  /** Ready where all are that are used. */
  private judge(): void {
    if (this.status === 'end') return
    const isReady = [...this.nodes.values()].every(({ status }) => status === 'ready')
    this.status = isReady ? 'ready' : 'reconnecting'
  }

  override sendCommand(command: SentCommand, stream?: Stream): unknown {
    const [key] = command.getKeys()
    const node = key === undefined ? this.anyNode() : this.nodeAt(command.getSlot())
    // eslint-disable-next-line ringback/commands-in-store, ringback/side-effects-are-steps -- hands on what others do
    return node.sendCommand(command, stream)
  }

  private anyNode(): Redis {
    const [first] = this.nodes.values()
    return first ?? this.nodeAt(0)
  }

  /** Whether there is a cluster: its nodes are connected to when they are needed. */
  override async connect(): Promise<void> {
    await this.directory.layout()
  }

  override disconnect(): void {
    this.status = 'end'
    for (const node of this.nodes.values()) node.disconnect()
    this.emit('end')
  }
}
