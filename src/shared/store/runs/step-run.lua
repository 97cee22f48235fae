-- step-run: the next callbacks of a run are sent again, discarded or cancelled, and the run goes on behind them: so whoever dies
-- in the middle of a run, nothing of it is done twice.
--- @keys run inbox dead_letters letter_reasons stats control results intake retrying schedule ...callbacks
--- @args run_id kind revision cursor is_walked free_at up_to now now_ms retention_ms most_bytes still_booked unclear group by
--- @args why ...chosen
--- @include "../lua/mark" "../lua/redrive-letter" "../lua/discard-letter" "../lua/send-again" "../lua/control"
--- @include "../lua/cancel-callback"
-- revision: of the record that was read   cursor: behind the last of them   is_walked: '1' if nothing comes after them
-- free_at: when the next one may go, epoch ms   up_to: what ended later is not in it, epoch ms   now: ISO
-- by, why: who cancels and why, or ''   still_booked, unclear: so many more are left out
-- chosen: two for each callback: its id, and when it had changed last as it was chosen
-- Returns 1, or 0 if the run has changed since.
local r = read(run, 'revision', 'state')
if r.revision ~= revision or r.state ~= 'running' then return 0 end
-- First, so that a full Redis refuses it all.
redis.call('HINCRBY', run, 'revision', 1)

-- It was booked, and whoever replays it says that this is lost. If it is not, the customer is called twice.
local function send_booked(of, c)
  mark(of.key)
  send_again(of, c.intent)
  redis.call('HSET', of.key, 'otherRecordIds', (c.otherRecordIds or '') .. c.recordId .. ' ')
  redis.call('HDEL', of.key, 'recordId', 'verified', 'resolvedAt')
  return true
end

local function cancel_one(of, c)
  local became = cancel_callback(of, c)[1]
  return became == 'cancelled' or became == 'under-way'
end

local function act_on(of, c)
  if kind == 'cancel' then return cancel_one(of, c) end
  if kind == 'discard' then return discard_letter(of) == 'discarded' end
  if kind == 'replay' and c.state == 'booked' then return send_booked(of, c) end
  return redrive_letter(of) == 'redriven'
end

local counts = { sent = 0, skipped = still_booked + unclear, unfollowed = 0, stillBooked = still_booked, unclear = unclear }
local function count_one(what) counts[what] = counts[what] + 1 end

for i, key in ipairs(callbacks) do
  local of = { key = key, id = chosen[2 * i - 1] }
  local c = read(key, 'state', 'updatedAt', 'intent', 'recordId', 'otherRecordIds', 'cancelRequestedAt', 'uncertainSince',
    'reason', 'generation', 'entry', 'code')
  -- What is not wanted any more is not wanted, whatever has become of it in between.
  if (kind == 'cancel' or c.updatedAt == chosen[2 * i]) and act_on(of, c) then
    count_one('sent')
    redis.call('HSET', key, 'runId', run_id)
    if not c.intent then count_one('unfollowed') end
  else
    count_one('skipped')
  end
end
-- What customers have asked for since keeps its share of the rate.
if kind == 'redrive' or kind == 'replay' then begin_backlog(tonumber(up_to)) end
for what, n in pairs(counts) do redis.call('HINCRBY', run, what, n) end
redis.call('HSET', run, 'isWalked', is_walked, 'freeAt', free_at)
if cursor ~= '' then redis.call('HSET', run, 'cursor', cursor) end
return 1
