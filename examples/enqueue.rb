# Enqueues a callback and waits for its end, up to 60 seconds or what is given: enqueue.rb 300
# Needs the gem redis (Debian: ruby ruby-redis). Exit status 0: booked.
require "json"
require "redis"
require "securerandom"

redis = Redis.new(url: ENV.fetch("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"))
patience = Float(ARGV.fetch(0, 60))

# The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
intent = {
  "id" => "acme-rb-#{SecureRandom.uuid}",
  "callId" => "89328b83-ff42-4c85-a2af-e948124365de",
  "callbackNumber" => "+18445791189",
  "attributes" => { "from" => "ruby" }
}

# Never with maxlen: it would drop what nobody has read yet. If this fails, do it again: the same id is one callback.
redis.xadd("{ringback:default}:inbox", { "intent" => JSON.generate(intent) })
puts "promised: #{intent["id"]}"
$stdout.flush

now = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) }
deadline = now.call + patience
seen = nil
while now.call < deadline
  callback = redis.mapped_hmget("{ringback:default}:callback:#{intent["id"]}",
                                "state", "recordId", "reason", "code", "message")
  state = callback["state"]
  if %w[booked dead cancelled].include?(state)
    puts JSON.generate(callback.compact)
    exit(state == "booked")
  end
  abort "#{intent["id"]} was erased" if state.nil? && seen
  seen = state
  sleep 0.5
end
abort "#{intent["id"]} has not ended yet (#{seen || "not taken in: does a worker run?"}); the callback itself continues"
