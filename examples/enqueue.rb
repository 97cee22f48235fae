# Enqueues a callback and waits for its result. Needs the gem redis (Debian: ruby ruby-redis).
require "json"
require "redis"
require "securerandom"

redis = Redis.new(url: ENV.fetch("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"))
results = "{ringback:default}:results"

intent = {
  "id" => "rb-#{SecureRandom.uuid}",
  "callId" => "89328b83-ff42-4c85-a2af-e948124365de",
  "callbackNumber" => "+18445791189",
  "attributes" => { "from" => "ruby" }
}

# Taken before the promise is made: from here on no result can be missed.
last_seen = redis.xrevrange(results, "+", "-", count: 1).dig(0, 0) || "0-0"

# Never with maxlen: it would drop what nobody has read yet. If this fails, do it again: the same id is one callback.
redis.xadd("{ringback:default}:inbox", { "intent" => JSON.generate(intent) })

loop do
  redis.xread(results, last_seen, block: 2000).fetch(results, []).each do |entry_id, entry|
    last_seen = entry_id
    next unless entry["id"] == intent["id"]

    p entry
    exit
  end
end
