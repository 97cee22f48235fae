-- send_again(intent): a dead callback goes through the inbox again, with a new attempt budget.
--- @uses callback inbox dead_letters id now
local function send_again(intent)
  local c = read(callback, 'attempts', 'generation')
  local entry = redis.call('XADD', inbox, '*', 'intent', intent)
  redis.call('HSET', callback, 'state', 'accepted', 'generation', tonumber(c.generation) + 1, 'priorAttempts', c.attempts,
    'entry', entry, 'openedBy', entry, 'redrivenAt', now, 'updatedAt', now)
  redis.call('HDEL', callback, 'reason', 'code', 'message', 'firstAttemptAt', 'uncounted', 'heldBefore', 'discardedAt',
    'cancelRequestedAt', 'cancelledBy', 'cancelReason')
  redis.call('PERSIST', callback)
  redis.call('ZREM', dead_letters, id)
end
