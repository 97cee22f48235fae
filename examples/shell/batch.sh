#!/bin/sh
# Enqueues many over one connection, an intent with an id of its own on each line: batch.sh < ../callbacks.jsonl
# Exit status 0: Redis has all of them. If it is another one, run it again: what has its id is one callback.
set -eu
. "$(dirname "$0")/redis.sh"

# One command a line, as redis-cli reads them: in single quotes only these themselves need a backslash.
quote() { sed -e '/^[[:space:]]*$/d' -e "s/'/\\\\'/g" -e "s/.*/XADD {ringback:default}:inbox * intent '&'/"; }

quote | ask | {
  promised=0
  while IFS= read -r answer; do
    [ -n "$answer" ] || continue
    is_entry "$answer" || { echo "not promised: $answer" >&2; exit 1; }
    promised=$((promised + 1))
  done
  echo "promised: $promised"
  [ "$promised" -gt 0 ]
}
