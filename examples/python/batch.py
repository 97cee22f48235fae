"""Enqueues many in few round trips, an intent with an id of its own on each line: batch.py < ../callbacks.jsonl

Needs redis-py (Debian: python3-redis). Exit status 0: Redis has all of them. If it is another one, run it again: what has its
id is one callback.
"""

import itertools
import os
import sys

import redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"),
    retry=Retry(ExponentialBackoff(cap=2, base=0.1), 8),
    retry_on_error=[redis.ConnectionError, redis.TimeoutError],
)

promised = 0
lines = (line.strip() for line in sys.stdin.buffer)
intents = (line for line in lines if line)
# A few hundred at a time: neither side has to hold a whole file.
while batch := list(itertools.islice(intents, 500)):
    pipeline = client.pipeline(transaction=False)
    for intent in batch:
        pipeline.xadd("{ringback:default}:inbox", {"intent": intent})
    # Raises if Redis has refused one of them. What is wrong with an intent itself becomes a dead letter.
    promised += len(pipeline.execute())
print("promised:", promised)
