#!/bin/sh
# Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: enqueue.sh acme-4711 300
# The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
# Exit status 0: booked. Run it again with the same id whenever it is not clear what became of it: that is one callback.
set -eu
. "$(dirname "$0")/redis.sh"
id=$1
patience=${2:-60}
callback="{ringback:default}:callback:$id"

# Never with MAXLEN: it would drop what nobody has read yet.
promise() {
  ask -x XADD '{ringback:default}:inbox' '*' intent <<JSON
{
  "id": "$id",
  "callId": "89328b83-ff42-4c85-a2af-e948124365de",
  "callbackNumber": "+18445791189",
  "delay": "1s",
  "attributes": { "from": "shell" }
}
JSON
}
entry=$(try promise)
is_entry "$entry" || { echo "not promised: $entry" >&2; exit 1; }
echo "promised: $id"

seen=
while [ "$patience" -gt 0 ]; do
  state=$(try ask HMGET "$callback" state)
  case $state in
    booked) ask HMGET "$callback" state recordId; exit 0 ;;
    dead | cancelled) ask HMGET "$callback" state reason code message; exit 1 ;;
    accepted | scheduled | attempting | retrying) seen=$state ;;
    '') if [ -n "$seen" ]; then echo "$id was erased"; exit 1; fi ;;
    *) echo "cannot read $callback: $state" >&2; exit 1 ;;
  esac
  sleep 1
  patience=$((patience - 1))
done
echo "$id has not ended yet (${seen:-not taken in: does a worker run?}); the callback itself continues"
exit 1
