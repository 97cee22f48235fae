"""Takes a callback back, and says what came of it: cancel.py acme-4711

Needs redis-py (Debian: python3-redis). Exit status 0: it is cancelled. Said twice, it does nothing more.
"""

import json
import os
import sys
import time

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
    decode_responses=True,
    retry=Retry(ExponentialBackoff(cap=2, base=0.1), 8),
    retry_on_error=[redis.ConnectionError, redis.TimeoutError],
)

wish = {"id": sys.argv[1], "by": "python", "reason": "reached by mail"}
entry = client.xadd("{ringback:default}:inbox", {"cancel": json.dumps(wish)})

deadline = time.monotonic() + 10
while time.monotonic() < deadline:
    answer = client.get(f"{{ringback:default}}:wish:{entry}")
    if answer is not None:
        # What became of each callback; or the dead letter that the wish has become, where it is about none.
        outcomes = json.loads(answer)
        if isinstance(outcomes, dict):
            sys.exit(f"{outcomes['code']}: {outcomes['message']}")
        for outcome in outcomes:
            print(outcome["id"], outcome["outcome"])
        sys.exit(0 if all(outcome["outcome"] == "cancelled" for outcome in outcomes) else 1)
    time.sleep(0.1)
sys.exit("no worker has seen to it yet: what was said stands")
