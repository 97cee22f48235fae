"""Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: enqueue.py acme-4711 300

The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
Needs redis-py (Debian: python3-redis). Exit status 0: booked. Run it again with the same id whenever it is not clear what
became of it: that is one callback.
"""

import json
import os
import sys
import time

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

# What is sent here may be sent twice, so it is while there is no connection.
client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
    decode_responses=True,
    retry=Retry(ExponentialBackoff(cap=2, base=0.1), 8),
    retry_on_error=[redis.ConnectionError, redis.TimeoutError],
)
callback_id = sys.argv[1]
patience = float(sys.argv[2]) if len(sys.argv) > 2 else 60

intent = {
    "id": callback_id,
    "callId": "89328b83-ff42-4c85-a2af-e948124365de",
    "callbackNumber": "+18445791189",
    "delay": "1s",
    "attributes": {"from": "python"},
}

# Never with maxlen: it would drop what nobody has read yet.
client.xadd("{ringback:default}:inbox", {"intent": json.dumps(intent)})
print("promised:", callback_id, flush=True)

seen = None
deadline = time.monotonic() + patience
while time.monotonic() < deadline:
    fields = ("state", "recordId", "reason", "code", "message")
    callback = dict(zip(fields, client.hmget(f"{{ringback:default}}:callback:{callback_id}", fields)))
    if callback["state"] in ("booked", "dead", "cancelled"):
        print({name: value for name, value in callback.items() if value is not None})
        sys.exit(0 if callback["state"] == "booked" else 1)
    if callback["state"] is None and seen is not None:
        sys.exit(f"{callback_id} was erased")
    seen = callback["state"]
    time.sleep(0.5)
sys.exit(f"{callback_id} has not ended yet ({seen or 'not taken in: does a worker run?'}); the callback itself continues")
