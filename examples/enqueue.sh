#!/bin/sh
# Enqueues a callback with redis-cli and waits for its end, up to 60 seconds or what is given: enqueue.sh 300
# Needs redis-cli (Debian: redis-tools). Exit status 0: booked.
set -eu
url=${RINGBACK_REDIS_URL:-redis://127.0.0.1:6379}
patience=${1:-60}
# Everybody on this machine can read the arguments of a program: neither the password nor a customer's number is one.
user=
case $url in
  *@*)
    login=${url#*://}
    login=${login%@*}
    url=${url%%://*}://${url##*@}
    user=${login%%:*}
    REDISCLI_AUTH=${login#*:}
    export REDISCLI_AUTH
    ;;
esac
ask() { redis-cli -u "$url" ${user:+--user "$user"} "$@"; }
# The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
id=acme-sh-$(date +%s)-$$
callback="{ringback:default}:callback:$id"

# Never with MAXLEN: it would drop what nobody has read yet. If this fails, do it again: the same id is one callback.
entry=$(ask -x XADD '{ringback:default}:inbox' '*' intent <<JSON
{
  "id": "$id",
  "callId": "89328b83-ff42-4c85-a2af-e948124365de",
  "callbackNumber": "+18445791189",
  "attributes": { "from": "shell" }
}
JSON
)
# redis-cli prints an error where the answer would be.
case $entry in
  [0-9]*-[0-9]*) echo "promised: $id" ;;
  *) echo "not promised: $entry" >&2; exit 1 ;;
esac

seen=
while [ "$patience" -gt 0 ]; do
  state=$(ask HMGET "$callback" state)
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
