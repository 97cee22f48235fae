"""Handles the end of every callback, for ever, as one of a group: results.py [consumer [milliseconds]]

Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
Stop it whenever you like: what it has not confirmed is given again, to it or to another. Needs redis-py (Debian: python3-redis).
"""

import os
import socket
import sys
import time

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
    decode_responses=True,
    retry=Retry(ExponentialBackoff(cap=2, base=0.1), 30),
    retry_on_error=[redis.ConnectionError, redis.TimeoutError],
)
stream, group = "{ringback:default}:results", "crm"
consumer = sys.argv[1] if len(sys.argv) > 1 else socket.gethostname()
# Longer than handling a hundred results ever takes.
abandoned_ms = int(sys.argv[2]) if len(sys.argv) > 2 else 60_000

try:
    # 0: what is there already counts too.
    client.xgroup_create(stream, group, id="0", mkstream=True)
except redis.ResponseError as error:
    if not str(error).startswith("BUSYGROUP"):
        raise


def handle(result):
    """Yours. It may see an entry twice, if it was interrupted: make it repeatable."""
    # A dead letter that could not lie under the id that you gave has an id of its own.
    given = result.get("submittedId", result["id"])
    print(given, result["state"], result.get("recordId") or result.get("code"), flush=True)


def handle_all(entries):
    for entry_id, result in entries:
        # Trimmed since it was given to somebody: nothing is left to handle; Redis 6.2 tells not even its id.
        if result:
            handle(result)
        if entry_id:
            client.xack(stream, group, entry_id)


def take_over():
    """What consumers were given that have died since. Those that live hold nothing for so long."""
    start = "0-0"
    while True:
        start, entries = client.xautoclaim(stream, group, consumer, abandoned_ms, start, count=100)[:2]
        handle_all(entries)
        if start == "0-0":
            return


# First what this consumer was given before it was interrupted, then what is new.
position = "0"
looked_at = None
while True:
    if looked_at is None or time.monotonic() - looked_at > abandoned_ms / 1000:
        take_over()
        looked_at = time.monotonic()
    block = min(5000, abandoned_ms)
    for _, entries in client.xreadgroup(group, consumer, {stream: position}, count=100, block=block):
        if position != ">" and not entries:
            position = ">"
        handle_all(entries)
