import { describe, expect, it } from 'vitest'

import { commandsOfLua } from '../../../../../scripts/docs/redis-access/commands-of-lua.ts'

function commandsOf(source: string): string[] {
  const script = {
    keys: ['inbox', '...others'],
    args: ['id'],
    eachKeys: ['callback'],
    eachArgs: [],
    source,
  }
  return commandsOfLua(script).map(({ command, key }) => `${command} ${key}`)
}

describe('a command of a script is about the key that its name stands for', () => {
  it.each([
    ['itself', "redis.call('HGET', callback, 'state')", ['HGET callback']],
    ['in a call that may fail', "if redis.pcall('XLEN', inbox) then end", ['XLEN inbox']],
    ['behind a subcommand', "redis.call('XINFO', 'STREAM', inbox)", ['XINFO STREAM inbox']],
    ['twice', "redis.call('RENAME', callback, inbox)", ['RENAME callback', 'RENAME inbox']],
    [
      'as an argument',
      "local function mark(key)\n  redis.call('HSET', key, 'a', 'b')\nend\nmark(callback)",
      ['HSET callback'],
    ],
    [
      'as a field of what was handed on',
      "local function book(of)\n  redis.call('HSET', of.key, 'a', 'b')\nend\nbook({ key = callback, id = id })",
      ['HSET callback'],
    ],
    ['in a loop', "for _, key in ipairs(others) do redis.call('DEL', key) end", ['DEL others']],
    ['in a list', "local one = others[2]\nredis.call('DEL', one)", ['DEL others']],
    [
      'as what a function chose',
      "local function place()\n  if id == '' then return inbox, 1 end\n  return callback, 2\nend\nlocal key, n = place()\nredis.call('DEL', key)",
      ['DEL inbox', 'DEL callback'],
    ],
    [
      'over several lines',
      "redis.call('HSET',\n  callback, -- the ledger\n  'a', 'b')",
      ['HSET callback'],
    ],
    ['of no key', "local now = redis.call('TIME')", ['TIME undefined']],
  ])('%s', (_, source, expected) => {
    expect(commandsOf(source).toSorted()).toEqual(expected.toSorted())
  })
})

it('what an include brings and a script does not call is none of its commands', () => {
  const unused = "local function forget(key)\n  redis.call('DEL', key)\nend\n"
  expect(commandsOf(`${unused}redis.call('GET', callback)`)).toEqual(['GET callback'])
})

it('a command whose key cannot be determined is refused, never left out', () => {
  expect(() => commandsOf("redis.call('DEL', elsewhere)")).toThrow('DEL of elsewhere: which key')
  expect(() => commandsOf("redis.call('FLUSHALL')")).toThrow('what FLUSHALL does')
})

it('what a command answers is no key', () => {
  expect(() =>
    commandsOf("local found = redis.call('GET', callback)\nredis.call('DEL', found)"),
  ).toThrow('DEL of found')
})
