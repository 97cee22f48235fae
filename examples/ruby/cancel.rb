# Takes a callback back, and says what came of it: ruby cancel.rb acme-4711
# Needs the gem redis (Debian: ruby ruby-redis). Exit status 0: it is cancelled. Said twice, it does nothing more.
require "json"
require "redis"

redis = Redis.new(url: ENV.fetch("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
                  reconnect_attempts: 8, reconnect_delay: 0.1, reconnect_delay_max: 2)

wish = { "id" => ARGV.fetch(0), "by" => "ruby", "reason" => "reached by mail" }
entry = redis.xadd("{ringback:default}:inbox", { "cancel" => JSON.generate(wish) })

100.times do
  answer = redis.get("{ringback:default}:wish:#{entry}")
  if answer
    # What became of each callback; or the dead letter that the wish has become, where it is about none.
    outcomes = JSON.parse(answer)
    abort "#{outcomes["code"]}: #{outcomes["message"]}" if outcomes.is_a?(Hash)
    outcomes.each { |outcome| puts "#{outcome["id"]} #{outcome["outcome"]}" }
    exit(outcomes.all? { |outcome| outcome["outcome"] == "cancelled" })
  end
  sleep 0.1
end
abort "no worker has seen to it yet: what was said stands"
