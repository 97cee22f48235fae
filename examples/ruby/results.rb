# Handles the end of every callback, for ever, as one of a group: ruby results.rb [consumer [milliseconds]]
# Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
# Stop it whenever you like: what it has not confirmed is given again, to it or to another.
# Needs the gem redis (Debian: ruby ruby-redis).
require "redis"
require "socket"

redis = Redis.new(url: ENV.fetch("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
                  reconnect_attempts: 30, reconnect_delay: 0.1, reconnect_delay_max: 2)
stream = "{ringback:default}:results"
group = "crm"
consumer = ARGV.fetch(0, Socket.gethostname)
# Longer than handling a hundred results ever takes.
abandoned_ms = Integer(ARGV.fetch(1, 60_000))

begin
  # 0: what is there already counts too.
  redis.xgroup(:create, stream, group, "0", mkstream: true)
rescue Redis::CommandError => e
  raise unless e.message.start_with?("BUSYGROUP")
end

# Yours. It may see an entry twice, if it was interrupted: make it repeatable. A dead letter that could not lie under the id that
# you gave has an id of its own.
def handle(result)
  puts "#{result["submittedId"] || result["id"]} #{result["state"]} #{result["recordId"] || result["code"]}"
  $stdout.flush
end

handle_all = lambda do |entries|
  entries.each do |entry_id, result|
    # Trimmed since it was given to somebody: nothing is left to handle.
    handle(result) if result && !result.empty?
    redis.xack(stream, group, entry_id)
  end
end

# What consumers were given that have died since. Those that live hold nothing for so long.
take_over = lambda do
  start = "0-0"
  loop do
    claimed = redis.xautoclaim(stream, group, consumer, abandoned_ms, start, count: 100)
    handle_all.call(claimed["entries"])
    break if (start = claimed["next"]) == "0-0"
  end
end

now = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC, :millisecond) }
# First what this consumer was given before it was interrupted, then what is new.
position = "0"
looked_at = nil
loop do
  if looked_at.nil? || now.call - looked_at > abandoned_ms
    take_over.call
    looked_at = now.call
  end
  read = redis.xreadgroup(group, consumer, stream, position, count: 100, block: [5000, abandoned_ms].min)
  entries = read.fetch(stream, [])
  position = ">" if entries.empty?
  handle_all.call(entries)
end
