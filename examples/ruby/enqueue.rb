# Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: ruby enqueue.rb acme-4711 300
# The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
# Needs the gem redis (Debian: ruby ruby-redis). Exit status 0: booked. Run it again with the same id whenever it is not clear
# what became of it: that is one callback.
require "json"
require "redis"

# What is sent here may be sent twice, so it is while there is no connection.
redis = Redis.new(url: ENV.fetch("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
                  reconnect_attempts: 8, reconnect_delay: 0.1, reconnect_delay_max: 2)
id = ARGV.fetch(0)
patience = Float(ARGV.fetch(1, 60))

intent = {
  "id" => id,
  "callId" => "89328b83-ff42-4c85-a2af-e948124365de",
  "callbackNumber" => "+18445791189",
  "delay" => "1s",
  "attributes" => { "from" => "ruby" }
}

# Never with maxlen: it would drop what nobody has read yet.
redis.xadd("{ringback:default}:inbox", { "intent" => JSON.generate(intent) })
puts "promised: #{id}"
$stdout.flush

now = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) }
deadline = now.call + patience
seen = nil
while now.call < deadline
  callback = redis.mapped_hmget("{ringback:default}:callback:#{id}",
                                "state", "recordId", "reason", "code", "message")
  state = callback["state"]
  if %w[booked dead cancelled].include?(state)
    puts JSON.generate(callback.compact)
    exit(state == "booked")
  end
  abort "#{id} was erased" if state.nil? && seen
  seen = state
  sleep 0.5
end
abort "#{id} has not ended yet (#{seen || "not taken in: does a worker run?"}); the callback itself continues"
