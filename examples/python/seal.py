"""Enqueues a callback whose number is sealed: nobody who sees Redis can read it. echo +18445791189 | seal.py acme-4711

Needs redis-py and jwcrypto (Debian: python3-redis python3-jwcrypto), and a user made with --inbox --seal. Run it again with the same id
whenever it is not clear whether it was promised: that is one callback, though it is sealed anew each time.
"""

import json
import os
import sys

import redis
from jwcrypto import jwe, jwk
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
# Not an argument, which everybody on this machine could read.
number = sys.stdin.readline().strip()

published = client.get("{ringback:default}:public-keys")
keys = json.loads(published)["keys"] if published else []
if not keys:
    sys.exit("there is no public key: do the workers have RINGBACK_SEAL_KEYS_FILE?")
# Whichever the library knows; of these two the elliptic curve is the shorter one.
key = next((each for each in keys if each["alg"] == "ECDH-ES+A256KW"), keys[0])

# With the id in it nobody can put the number into another intent.
header = {"alg": key["alg"], "enc": "A256GCM", "kid": key["kid"], "id": callback_id}
sealed = jwe.JWE(number.encode(), json.dumps(header), recipient=jwk.JWK(**key))
# The id is required here, and must not be made of the number.
intent = {
    "id": callback_id,
    "callId": "89328b83-ff42-4c85-a2af-e948124365de",
    "callbackNumber": sealed.serialize(compact=True),
}
client.xadd("{ringback:default}:inbox", {"intent": json.dumps(intent)})
print("promised:", callback_id)
