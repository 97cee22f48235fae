-- redrive_letter(of): a dead letter goes through the inbox again, with a new attempt budget. of: its key and its id
-- Gives 'redriven' | 'missing' | 'not-dead' | 'redriven-before' (its content has gone in again as an entry of its own)
--     | 'nothing-to-send' (an entry without an intent, or one that is not text, cannot be sent again)
--     | 'too-large' (it would be refused for its size again; of most such nothing but the beginning was kept)
--- @include "mark" "send-again" "letters"
--- @uses inbox now retention_ms most_bytes
local function redrive_letter(of)
  local c = read(of.key, 'state', 'intent', 'code', 'reason', 'rawEncoding', 'rawLength', 'redrivenAs',
    'rawField')
  if not c.state then return 'missing' end
  if c.state ~= 'dead' then return 'not-dead' end
  if c.redrivenAs then return 'redriven-before' end
  if c.intent then
    -- Nobody has said that it was not booked: that would be resolve.
    if c.reason == 'uncertain' then mark(of.key) end
    send_again(of, c.intent)
    return 'redriven'
  end
  local is_whole_entry = c.code == 'no-intent-field' or c.code == 'repeated-intent-field' or c.code == 'repeated-wish-field'
  if is_whole_entry or c.rawEncoding then return 'nothing-to-send' end
  -- An older version kept all of it, however much: it is measured before it is read.
  if c.rawLength or redis.call('HSTRLEN', of.key, 'raw') > tonumber(most_bytes) then return 'too-large' end
  -- It never was a callback: the same bytes go in again and are judged anew, by what is valid today. The entry says what it
  -- comes from, and the letter what it went in as, until it is forgotten or lies there again (bury.lua).
  local raw = redis.call('HGET', of.key, 'raw')
  local entry = redis.call('XADD', inbox, '*', c.rawField or 'intent', raw, 'redriveOf', of.id)
  redis.call('HSET', of.key, 'redrivenAt', now, 'redrivenAs', entry, 'discardedAt', now, 'updatedAt', now)
  redis.call('PEXPIRE', of.key, retention_ms)
  unlist_letter(of.id)
  return 'redriven'
end
