"""Enqueues a callback and waits for its end, up to 60 seconds or what is given: enqueue.py 300

Needs redis-py (Debian: python3-redis). Exit status 0: booked.
"""

import json
import os
import sys
import time

import redis

client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"), decode_responses=True
)
patience = float(sys.argv[1]) if len(sys.argv) > 1 else 60

# The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
intent = {
    "id": f"acme-py-{time.time_ns()}",
    "callId": "89328b83-ff42-4c85-a2af-e948124365de",
    "callbackNumber": "+18445791189",
    "attributes": {"from": "python"},
}

# Never with maxlen: it would drop what nobody has read yet. If this fails, do it again: the same id is one callback.
client.xadd("{ringback:default}:inbox", {"intent": json.dumps(intent)})
print("promised:", intent["id"], flush=True)

seen = None
deadline = time.monotonic() + patience
while time.monotonic() < deadline:
    fields = ("state", "recordId", "reason", "code", "message")
    callback = dict(zip(fields, client.hmget(f"{{ringback:default}}:callback:{intent['id']}", fields)))
    if callback["state"] in ("booked", "dead", "cancelled"):
        print({name: value for name, value in callback.items() if value is not None})
        sys.exit(0 if callback["state"] == "booked" else 1)
    if callback["state"] is None and seen is not None:
        sys.exit(f"{intent['id']} was erased")
    seen = callback["state"]
    time.sleep(0.5)
sys.exit(f"{intent['id']} has not ended yet ({seen or 'not taken in: does a worker run?'}); the callback itself continues")
