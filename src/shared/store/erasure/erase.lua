-- erase: a callback is forgotten with all that it holds, because its customer's number is to be kept nowhere. One that
-- still waits is thereby withdrawn: nothing will be sent, which is its end. A job that is left over finds nothing.
--- @keys callback inbox dead_letters letter_reasons results intake expiries retrying run schedule
--- @args id group content unread_bytes may_publish now run_id
--- @include "../lua/states" "../lua/results" "../lua/taking" "../lua/retrying" "../lua/letters" "../lua/schedule"
-- content: its intent, else what was sent, as they were found   unread_bytes: of what was sent, where that was too large to read
-- may_publish: '1' if its end may be published under its id, '' if the id itself is to be forgotten   now: ISO
-- run_id: the run that has sent it, as it was found, or ''
-- Returns {'erased', state before} | {'attempting'} (what is under way has to be written down) | {'missing'}
--       | {'changed'} (there is another callback under the id by now)
local c = read(callback, 'state', 'intent', 'entry', 'attempts', 'possibleDuplicate', 'code', 'runId', 'runEnd',
  'uncertainSince', 'generation')
if not c.state then return { 'missing' } end

local function is_as_found()
  if (c.runId or '') ~= run_id then return false end
  if c.intent then return c.intent == content end
  if unread_bytes ~= '' then return redis.call('HSTRLEN', callback, 'raw') == tonumber(unread_bytes) end
  return (redis.call('HGET', callback, 'raw') or '') == content
end

if not is_as_found() then return { 'changed' } end
if c.state == 'attempting' then return { 'attempting' } end
redis.call('DEL', callback)
leave_retrying(c)
unlist_letter(id)
redis.call('ZREM', expiries, id)
if c.generation then take_off(id, c.generation) end
if c.entry then take_entry(c.entry) end
local is_published = is_waiting(c.state) and may_publish == '1'
-- Its run is told of no end of it any more, and would wait for one for ever.
if run_id ~= '' and not c.runEnd and not is_published and redis.call('EXISTS', run) == 1 then
  redis.call('HINCRBY', run, 'unfollowed', 1)
end
if is_published then
  publish_result(nil, id, 'cancelled', c.attempts, 'code', 'erased', 'possibleDuplicate', c.possibleDuplicate,
    'runId', c.runId)
end
return { 'erased', c.state }
