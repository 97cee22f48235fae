"""Enqueues a callback and waits for its result. Needs redis-py (Debian: python3-redis)."""

import json
import os
import time

import redis

client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"), decode_responses=True
)
results = "{ringback:default}:results"

intent = {
    "id": f"py-{time.time_ns()}",
    "callId": "89328b83-ff42-4c85-a2af-e948124365de",
    "callbackNumber": "+18445791189",
    "attributes": {"from": "python"},
}

# Taken before the promise is made: from here on no result can be missed.
newest = client.xrevrange(results, count=1)
last_seen = newest[0][0] if newest else "0-0"

# Never with maxlen: it would drop what nobody has read yet. If this fails, do it again: the same id is one callback.
client.xadd("{ringback:default}:inbox", {"intent": json.dumps(intent)})

result = None
while result is None:
    for _, entries in client.xread({results: last_seen}, block=5000):
        for last_seen, entry in entries:
            if entry["id"] == intent["id"]:
                result = entry
print(result)
