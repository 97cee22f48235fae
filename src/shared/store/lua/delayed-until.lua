-- delayed_until(ms): the highest score that a job has which waits until then, epoch ms: BullMQ adds twelve bits that tell apart
-- those of one millisecond. Written out, as Lua rounds such a number when it makes a text of it.
local function delayed_until(ms) return string.format('%.0f', (ms + 1) * 4096 - 1) end
