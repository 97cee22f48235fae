# Enqueues many in few round trips, an intent with an id of its own on each line: ruby batch.rb < ../callbacks.jsonl
# Needs the gem redis (Debian: ruby ruby-redis). Exit status 0: Redis has all of them. If it is another one, run it again: what
# has its id is one callback.
require "redis"

redis = Redis.new(url: ENV.fetch("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
                  reconnect_attempts: 8, reconnect_delay: 0.1, reconnect_delay_max: 2)

promised = 0
# A few hundred at a time: neither side has to hold a whole file.
$stdin.each_line(chomp: true).reject { |line| line.strip.empty? }.each_slice(500) do |intents|
  # Raises if Redis has refused one of them. What is wrong with an intent itself becomes a dead letter.
  entries = redis.pipelined do |pipeline|
    intents.each { |intent| pipeline.xadd("{ringback:default}:inbox", { "intent" => intent }) }
  end
  promised += entries.size
end
puts "promised: #{promised}"
