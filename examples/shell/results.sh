#!/bin/sh
# Handles the end of every callback, for ever, as one of a group: results.sh [consumer [milliseconds]]
# Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
# Stop it whenever you like: what it has not confirmed is given again, to it or to another.
set -eu
. "$(dirname "$0")/redis.sh"
results='{ringback:default}:results'
consumer=${1:-$(uname -n)}
abandoned=${2:-60000}
block=$((abandoned < 5000 ? abandoned : 5000))

# 0: what is there already counts too.
created=$(try ask XGROUP CREATE "$results" crm 0 MKSTREAM)
case $created in OK | BUSYGROUP*) ;; *) echo "$created" >&2; exit 1 ;; esac

# Yours. It may see an entry twice, if it was interrupted: make it repeatable. A dead letter that could not lie under the id that
# you gave has an id of its own.
handle() {
  id= given= state= word=
  while IFS= read -r name && IFS= read -r value; do
    case $name in
      id) id=$value ;;
      submittedId) given=$value ;;
      state) state=$value ;;
      recordId | code) word=$value ;;
    esac
  done
  # Trimmed since it was given to somebody: nothing is left to handle.
  [ -z "$id" ] || echo "${given:-$id} $state $word"
}

# One entry: its first line says of which stream it is, or where the search goes on. 1: there is none. 2: no answer.
take() {
  IFS= read -r head || { sleep 1; return 1; }
  case $head in '' | "$results" | [0-9]*-[0-9]*) ;; *) echo "$head" >&2; return 2 ;; esac
  IFS= read -r entry && is_entry "$entry" || return 1
  handle
  ask XACK "$results" crm "$entry" > /dev/null
}

position=0 # first what this consumer was given before it was interrupted, then what is new
looked=0
while :; do
  now=$(date +%s)
  if [ $(((now - looked) * 1000)) -ge "$abandoned" ]; then
    while ask XAUTOCLAIM "$results" crm "$consumer" "$abandoned" 0-0 COUNT 1 | take; do :; done
    looked=$now
  fi
  got=0
  ask XREADGROUP GROUP crm "$consumer" COUNT 1 BLOCK "$block" STREAMS "$results" "$position" | take || got=$?
  case $got in 0) ;; 1) position='>' ;; *) exit 1 ;; esac
done
