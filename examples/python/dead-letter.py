"""Says why a callback is a dead letter: dead-letter.py acme-4711

Needs redis-py (Debian: python3-redis). Exit status 0: it is one. Its fields intent and raw hold the customer's number, and are
not asked for.
"""

import os
import sys

import redis

client = redis.Redis.from_url(
    os.environ.get("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"), decode_responses=True
)
state, reason, code, message, doubt = client.hmget(
    f"{{ringback:default}}:callback:{sys.argv[1]}", "state", "reason", "code", "message", "possibleDuplicate"
)
if state != "dead":
    sys.exit(f"{sys.argv[1]} is no dead letter: {state or 'not known'}")
print(f"{sys.argv[1]} {reason} {code}: {message}{' (perhaps booked)' if doubt else ''}")
