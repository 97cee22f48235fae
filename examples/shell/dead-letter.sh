#!/bin/sh
# Says why a callback is a dead letter: dead-letter.sh acme-4711
# Exit status 0: it is one. Its fields intent and raw hold the customer's number, and are not asked for.
set -eu
. "$(dirname "$0")/redis.sh"
try ask HMGET "{ringback:default}:callback:$1" state reason code message possibleDuplicate | {
  IFS= read -r state
  [ "$state" = dead ] || { echo "$1 is no dead letter: ${state:-not known}" >&2; exit 1; }
  IFS= read -r reason && IFS= read -r code && IFS= read -r message && IFS= read -r doubt
  echo "$1 $reason $code: $message${doubt:+ (perhaps booked)}"
}
