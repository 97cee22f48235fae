-- send_again(e, inbox, intent): a dead callback goes through the inbox again, with a new attempt budget.
local function send_again(e, inbox, intent)
  local attempts, generation = unpack(redis.call('HMGET', e.key, 'attempts', 'generation'))
  local entry = redis.call('XADD', inbox, '*', 'intent', intent)
  redis.call('HSET', e.key, 'state', 'accepted', 'generation', tonumber(generation) + 1, 'priorAttempts', attempts,
    'entry', entry, 'redrivenAt', e.now, 'updatedAt', e.now)
  redis.call('HDEL', e.key, 'reason', 'code', 'message', 'firstAttemptAt', 'discardedAt')
  redis.call('PERSIST', e.key)
  redis.call('ZREM', e.dead_letters, e.id)
end
