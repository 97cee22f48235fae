# Says why a callback is a dead letter: ruby dead-letter.rb acme-4711
# Needs the gem redis (Debian: ruby ruby-redis). Exit status 0: it is one. Its fields intent and raw hold the customer's number,
# and are not asked for.
require "redis"

redis = Redis.new(url: ENV.fetch("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"), reconnect_attempts: 8,
                  reconnect_delay: 0.1, reconnect_delay_max: 2)
id = ARGV.fetch(0)
state, reason, code, message, doubt =
  redis.hmget("{ringback:default}:callback:#{id}", "state", "reason", "code", "message", "possibleDuplicate")
abort "#{id} is no dead letter: #{state || "not known"}" unless state == "dead"
puts "#{id} #{reason} #{code}: #{message}#{" (perhaps booked)" if doubt}"
