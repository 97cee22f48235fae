/** What each key is, for docs/redis-keys.md, which is generated from this table. */
export const keyTable = [
  {
    key: '{ringback:d}:inbox',
    type: 'stream',
    audience: 'public',
    content:
      'intents on their way in; an entry is deleted once its callback is scheduled or is a dead letter; never trimmed',
  },
  {
    key: '{ringback:d}:door',
    type: 'list',
    audience: 'public',
    content:
      'intents of producers who may do no more than append here; workers move them into the inbox, oldest first',
  },
  {
    key: '{ringback:d}:callback:<id>',
    type: 'hash',
    audience: 'public',
    content:
      'the ledger of one callback; expires after the retention once it is booked, or a dead letter was discarded; else never',
  },
  {
    key: '{ringback:d}:results',
    type: 'stream',
    audience: 'public',
    content:
      'one entry for every end; trimmed only by age, of what is older than the retention by Redis’ clock',
  },
  {
    key: '{ringback:d}:dead-letters',
    type: 'sorted set',
    audience: 'public',
    content:
      'ids by time of death in epoch ms; never trimmed, and leaves only when somebody acts or it turns out to be booked',
  },
  {
    key: '{ringback:d}:letter-reasons',
    type: 'sorted set',
    audience: 'internal',
    content:
      'ids of dead letters by what they died of: 1 invalid, 2 refused, 3 exhausted, 4 expired, 5 uncertain; so that how many there are of each is told at once',
  },
  {
    key: '{ringback:d}:wish:<entry id>',
    type: 'string',
    audience: 'public',
    content:
      'what became of an entry `cancel` or `reschedule` of the inbox, as JSON; expires after an hour',
  },
  {
    key: '{ringback:d}:handed:<partition>:<entry id>',
    type: 'string',
    audience: 'internal',
    content:
      'that this entry of another partition’s inbox was handed over to this one; expires after the retention; only where a destination has partitions',
  },
  {
    key: '{ringback:d}:public-keys',
    type: 'string',
    audience: 'public',
    content:
      'the public keys to which producers seal numbers, as a JWK set, and whether they must; workers write it, from the file that `RINGBACK_SEAL_KEYS_FILE` names',
  },
  {
    key: '{ringback:d}:stats',
    type: 'hash',
    audience: 'public',
    content:
      'how many callbacks ended how, and what followed uncertain outcomes, since the beginning',
  },
  {
    key: '{ringback:d}:recent',
    type: 'hash',
    audience: 'internal',
    content:
      'what attempts have come to in the last hour, by quarters, when the last one booked, and how many have failed since; for `ringback doctor`',
  },
  {
    key: '{ringback:d}:intake',
    type: 'hash',
    audience: 'internal',
    content:
      'how many entries Ringback has removed from the inbox, to tell how many somebody else removed',
  },
  {
    key: '{ringback:d}:record:<recordId>',
    type: 'string',
    audience: 'internal',
    content:
      'the id of the callback that this ContactRequest belongs to, so that no search takes it for the booking of another; expires after the retention',
  },
  {
    key: '{ringback:d}:call:<0000 to 3fff>',
    type: 'sorted set',
    audience: 'internal',
    content:
      'callbacks by call: an HMAC stands for the call, each in one of 16,384; what is forgotten leaves within a round of the walk',
  },
  {
    key: '{ringback:d}:number:<0000 to 3fff>',
    type: 'sorted set',
    audience: 'internal',
    content: 'the same by number',
  },
  {
    key: '{ringback:d}:number-key',
    type: 'string',
    audience: 'secret',
    content:
      'the key of those HMACs, which the first worker makes; where `RINGBACK_NUMBER_KEY` is set, what tells it from others',
  },
  {
    key: '{ringback:d}:realigned',
    type: 'stream',
    audience: 'internal',
    content:
      'exists only while `ringback repair` rebuilds the inbox or the results; what a failed repair leaves is overwritten by the next',
  },
  {
    key: '{ringback:d}:control',
    type: 'hash',
    audience: 'internal',
    content:
      'what people and the circuit breaker have decided about the destination: paused by whom, the rate, open since when; and how many partitions it has, if several; as long as nobody has decided anything, it is not there',
  },
  {
    key: '{ringback:d}:breaker',
    type: 'hash',
    audience: 'internal',
    content:
      'what attempts came to in the last moments, as the circuit breaker counts them; expires when there are none',
  },
  {
    key: '{ringback:d}:expiries',
    type: 'sorted set',
    audience: 'internal',
    content:
      'ids of callbacks with an `expiresAt`, by when somebody is to look whether they have expired, in epoch ms; one that has ended leaves it then at the latest',
  },
  {
    key: '{ringback:d}:schedule',
    type: 'sorted set',
    audience: 'internal',
    content:
      'what waits for its time and has no job on the queue yet: the id that its job will have, by when it is due, in epoch ms; a worker puts it on the queue two seconds before that',
  },
  {
    key: '{ringback:d}:run:<id>',
    type: 'hash',
    audience: 'internal',
    content:
      'a plan and its run: which callbacks it is about, how far it has come, who started it; no number, and of attributes no value; expires after the retention once it is over, or if it is never started',
  },
  {
    key: '{ringback:d}:runs',
    type: 'sorted set',
    audience: 'internal',
    content: 'the ids of plans and runs by when they were made, in epoch ms',
  },
  {
    key: '{ringback:d}:active-runs',
    type: 'set',
    audience: 'internal',
    content: 'the ids of runs for which workers have something to do',
  },
  {
    key: '{ringback:d}:pace',
    type: 'hash',
    audience: 'internal',
    content: 'the moment that is free next for an attempt, in µs of Redis’ time; expires',
  },
  {
    key: '{ringback:d}:in-flight',
    type: 'sorted set',
    audience: 'internal',
    content:
      'the attempts under way over all workers, by when their time is over at the latest; only where there is a limit to them',
  },
  {
    key: '{ringback:d}:retrying',
    type: 'hash',
    audience: 'internal',
    content:
      'how many callbacks wait for another attempt, by the code of the last one, and under `:verifying` how many of them Salesforce is asked about first; a worker takes it away when the queue is empty',
  },
  {
    key: '{ringback:d}:flow',
    type: 'hash',
    audience: 'internal',
    content:
      'how many callbacks were accepted, how many attempts booked and how many did not, in these ten seconds and the ten before, and by minutes what is not in the history yet; expires',
  },
  {
    key: '{ringback:d}:history',
    type: 'stream',
    audience: 'internal',
    content:
      'one entry for each minute of the last day, with the beginning of the minute as its id: accepted, booked, failed, what waited at its end, and how late; of deaths and of what is held, how many since the beginning',
  },
  {
    key: '{ringback:d}:audit',
    type: 'stream',
    audience: 'internal',
    content:
      'one entry for everything that an operator did, by command or on the page: who, what, why, and what came of it; no number; the newest 10,000 or a few more',
  },
  {
    key: '{ringback:d}:workers',
    type: 'sorted set',
    audience: 'internal',
    content:
      'the workers that serve the destination, with their versions and settings, by when each was last heard, in epoch ms; who falls silent leaves it after 15 seconds',
  },
  {
    key: '{ringback:d}:callbacks:*',
    type: 'BullMQ',
    audience: 'internal',
    content: 'the queue `callbacks` with the prefix `{ringback:d}`',
  },
  {
    key: 'ringback:destinations',
    type: 'hash',
    audience: 'internal',
    content:
      'the destinations that somebody serves, sends to or has met, by name; of those that are served, when a callback of theirs is overdue',
  },
  {
    key: 'ringback:walker',
    type: 'string',
    audience: 'internal',
    content: 'which worker is walking the keys; expires when it falls silent',
  },
] as const
