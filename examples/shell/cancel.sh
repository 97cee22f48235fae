#!/bin/sh
# Takes a callback back, and says what came of it: cancel.sh acme-4711
# Exit status 0: it is cancelled. Said twice, it does nothing more.
set -eu
. "$(dirname "$0")/redis.sh"
id=$1

wish() { printf '{"id":"%s","by":"shell","reason":"reached by mail"}' "$id" | ask -x XADD '{ringback:default}:inbox' '*' cancel; }
entry=$(try wish)
is_entry "$entry" || { echo "not sent: $entry" >&2; exit 1; }

patience=10
while [ "$patience" -gt 0 ]; do
  # [{"id":"acme-4711","outcome":"cancelled","at":"2026-02-26T15:40:52.000Z"}], or the code and message of a dead letter
  answer=$(try ask GET "{ringback:default}:wish:$entry")
  if [ -n "$answer" ]; then
    echo "$answer"
    case $answer in *'"outcome":"cancelled"'*) exit 0 ;; *) exit 1 ;; esac
  fi
  sleep 1
  patience=$((patience - 1))
done
echo "no worker has seen to it yet: what was said stands" >&2
exit 1
