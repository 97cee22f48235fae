"""Consumes the results of all callbacks, for ever, as one of a group. Needs redis-py (Debian: python3-redis)."""

import os
import socket

import redis

client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"), decode_responses=True
)
stream, group = "{ringback:default}:results", "crm"
consumer = socket.gethostname()

try:
    # 0: what is there already counts too.
    client.xgroup_create(stream, group, id="0", mkstream=True)
except redis.ResponseError as error:
    if not str(error).startswith("BUSYGROUP"):
        raise


def handle(result):
    """Yours. It may see an entry twice, if it was interrupted: make it repeatable."""
    print(result["id"], result["state"], result.get("recordId") or result.get("code"), flush=True)


# First what this consumer was given before it was interrupted, then what is new.
position = "0"
while True:
    for _, entries in client.xreadgroup(group, consumer, {stream: position}, count=100, block=5000):
        if position != ">" and not entries:
            position = ">"
        for entry_id, result in entries:
            handle(result)
            client.xack(stream, group, entry_id)
