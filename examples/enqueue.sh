#!/bin/sh
# Enqueues a callback with redis-cli and waits for its end. Needs redis-cli (Debian: redis-tools).
set -eu
url=${RINGBACK_REDIS_URL:-redis://127.0.0.1:6379}
id=sh-$(date +%s)

redis-cli -u "$url" XADD '{ringback:default}:inbox' '*' intent '{
  "id": "'"$id"'",
  "callId": "89328b83-ff42-4c85-a2af-e948124365de",
  "callbackNumber": "+18445791189",
  "attributes": { "from": "shell" }
}'

while true; do
  state=$(redis-cli -u "$url" HGET "{ringback:default}:callback:$id" state)
  case $state in booked | dead | cancelled) break ;; esac
  sleep 1
done
redis-cli -u "$url" HMGET "{ringback:default}:callback:$id" state recordId reason message
