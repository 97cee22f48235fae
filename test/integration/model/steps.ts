import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'

import type { Answer } from './salesforce.ts'

/** Somebody whose steps run one at a time, when the test says so. */
export interface Actor {
  name: string
  /** Killed: nobody learns the result of its last step, and no other step follows. */
  isDead: boolean
  /** Frozen in the middle of its work: makes no step until it wakes. */
  isAsleep: boolean
}

/**
 * What fast-check draws for one step. `reply-lost`: done, and the client does it again when its connection is back.
 * `refused`: Redis is full.
 */
export interface Draw {
  fate: 'done' | 'reply-lost' | 'refused'
  answer: Answer
  search: 'found' | 'unavailable' | 'failed'
}

/** Between two of these, nothing happens but computation: every order of them is an interleaving that may happen. */
export interface Step {
  actor: Actor
  name: string
  /** Throws the test's own errors. Redis' errors are thrown where the step was requested. */
  make: (draw: Draw) => Promise<void>
}

/** One script as Redis has answered it. */
export interface Call {
  script: string
  /** What it was sent and has answered: of a script for several things, of each of them. */
  page: readonly [Sent, ...Sent[]]
}

export interface Sent {
  /** By the names that the script gives them. */
  keys: Named
  args: Named
  reply: unknown
}

export type Named = Readonly<Record<string, string>>

type Act<Reply> = (draw: Draw) => Reply | Promise<Reply>

export function createSteps() {
  const pending: Step[] = []
  const underWay = new Set<Promise<unknown>>()

  /** Resolves when the step was made; `isScript`: Redis may refuse it, and its answer may be lost. */
  function step<Reply>(
    { actor, name, isScript = false }: { actor: Actor; name: string; isScript?: boolean },
    act: Act<Reply>,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const make = async (draw: Draw): Promise<void> => {
        try {
          if (isScript && draw.fate === 'refused') throw refusal
          const reply = await act(draw)
          if (actor.isDead) return
          if (isScript && draw.fate === 'reply-lost') pending.push({ actor, name, make })
          else resolve(reply)
        } catch (error) {
          if (!(error instanceof Error && error.name === 'ReplyError')) throw error
          if (!actor.isDead) reject(error)
        }
      }
      if (!actor.isDead) pending.push({ actor, name, make })
    })
  }

  /** A connection whose scripts are steps. What else is asked of Redis is answered at once. */
  function connection(redis: Redis, actor: Actor, onCall: (call: Call) => Promise<void>): Redis {
    function scriptStep(known: KnownScript, sent: unknown[], send: Send) {
      const { script } = known
      return step({ actor, name: script, isScript: true }, async () => {
        const reply = await send()
        await onCall({ script, page: pageOf(known, sent, reply) })
        return reply
      })
    }
    return new Proxy(redis, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          const send = () => Reflect.apply(value, target, args) as Promise<unknown>
          if (property === 'on' || property === 'off') return send()
          // It is everybody's.
          if (property === 'disconnect') return undefined
          if (property !== 'eval' && property !== 'evalsha') return noted(send())
          const script = scriptOf(property, String(args[0]))
          // As a server that does not know it would: the source follows, which contains the name.
          if (script === undefined) return Promise.reject(new Error('NOSCRIPT'))
          return scriptStep(script, args, send)
        }
      },
    })
  }

  function noted<Reply>(reply: Promise<Reply>): Promise<Reply> {
    const settled = reply.catch(() => undefined).finally(() => underWay.delete(settled))
    underWay.add(settled)
    return reply
  }

  /** Resolves when every actor waits for its next step. */
  async function quiet(): Promise<void> {
    do {
      await Promise.all(underWay)
      await new Promise((resolve) => setImmediate(resolve))
    } while (underWay.size > 0)
  }

  return { pending, step, connection, quiet }
}

type Send = () => Promise<unknown>

const refusal = Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' })

interface KnownScript {
  script: string
  keyNames: readonly string[]
  argNames: readonly string[]
  /** Of a script for several things, what each of them has of its own; else none. */
  eachKeyNames: readonly string[]
  eachArgNames: readonly string[]
}

function pageOf(known: KnownScript, sent: unknown[], reply: unknown): Call['page'] {
  const { keyNames, argNames, eachKeyNames, eachArgNames } = known
  const [, count, ...rest] = sent
  const keys = rest.slice(0, Number(count))
  const args = rest.slice(Number(count))
  const common = { keys: named(keyNames, keys), args: named(argNames, args) }
  if (eachKeyNames.length === 0) return [{ ...common, reply }]
  const one = (each: unknown, index: number): Sent => {
    const keysFrom = keyNames.length + index * eachKeyNames.length
    const argsFrom = argNames.length + index * eachArgNames.length
    return {
      keys: { ...common.keys, ...named(eachKeyNames, keys.slice(keysFrom)) },
      args: { ...common.args, ...named(eachArgNames, args.slice(argsFrom)) },
      reply: each,
    }
  }
  const [first, ...others] = (reply as unknown[]).map(one)
  if (first === undefined) throw new Error(`${known.script} was sent nothing`)
  return [first, ...others]
}

/** By the SHA under which they are called. */
const knownScripts = new Map<string, KnownScript>()

/** What the head of a script's source says: see lua-file.ts. */
function scriptOf(command: 'eval' | 'evalsha', text: string): KnownScript | undefined {
  if (command === 'evalsha') return knownScripts.get(text)
  const script = /^-- ([a-z-]+)\.lua$/m.exec(text)?.[1]
  if (script === undefined) return undefined
  const known = {
    script,
    keyNames: namesOf('KEYS', text),
    argNames: namesOf('ARGV', text),
    eachKeyNames: namesOfEach('KEYS', text),
    eachArgNames: namesOfEach('ARGV', text),
  }
  knownScripts.set(createHash('sha1').update(text).digest('hex'), known)
  return known
}

function namesOf(list: 'KEYS' | 'ARGV', text: string): string[] {
  const [, names] = new RegExp(`^local (.+) = unpack\\(${list}\\)$`, 'm').exec(text) ?? []
  return names?.split(', ') ?? []
}

function namesOfEach(list: 'KEYS' | 'ARGV', text: string): string[] {
  const [, names] = new RegExp(`^  (.+) = unpack\\(${list}, .+\\)$`, 'm').exec(text) ?? []
  return names?.split(', ') ?? []
}

function named(names: readonly string[], values: readonly unknown[]): Named {
  return Object.fromEntries(names.map((name, index) => [name, String(values[index])]))
}
