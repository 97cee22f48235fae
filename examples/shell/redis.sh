# To be sourced: ask is redis-cli as RINGBACK_REDIS_URL says. Needs redis-cli (Debian: redis-tools).
url=${RINGBACK_REDIS_URL:-redis://127.0.0.1:6379}
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

# try COMMAND: again while there is no connection, eight times. What is sent here may be sent twice.
try() {
  left=8
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 1
  done
}

# redis-cli prints an error where the answer would be.
is_entry() { case $1 in [0-9]*-[0-9]*) ;; *) return 1 ;; esac }
