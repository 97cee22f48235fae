-- send_again(of, intent): a callback that has ended goes through the inbox again, with a new attempt budget. of: its key, its id
--- @include "letters"
--- @uses inbox now
local function send_again(of, intent)
  local c = read(of.key, 'attempts', 'generation')
  local entry = redis.call('XADD', inbox, '*', 'intent', intent)
  redis.call('HSET', of.key, 'state', 'accepted', 'generation', tonumber(c.generation) + 1, 'priorAttempts', c.attempts,
    'entry', entry, 'openedBy', entry, 'redrivenAt', now, 'updatedAt', now)
  redis.call('HDEL', of.key, 'reason', 'code', 'message', 'firstAttemptAt', 'uncounted', 'heldBefore', 'discardedAt',
    'cancelRequestedAt', 'cancelledBy', 'cancelReason', 'runId', 'runEnd')
  redis.call('PERSIST', of.key)
  unlist_letter(of.id)
end
