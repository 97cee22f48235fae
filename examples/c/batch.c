/*
 * Enqueues many in few round trips, an intent with an id of its own on each line: ./batch < ../callbacks.jsonl
 * Build it: cc -o batch batch.c -lhiredis. Exit status 0: Redis has all of them. If it is another one, run it again: what has its
 * id is one callback.
 */
#include "redis.h"

/* Hears what has become of all that was sent. What is wrong with an intent itself becomes a dead letter. */
static void settle(int sent) {
  for (; sent > 0; sent--) {
    void *reply;
    if (redisGetReply(redis, &reply) != REDIS_OK) fail("not all are promised", redis->errstr);
    freeReplyObject(granted(reply));
  }
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  int promised = 0, sent = 0;
  if (!connect_redis()) fail("no connection", redis ? redis->errstr : "out of memory");

  for (ssize_t length; (length = getline(&line, &room, stdin)) > 0;) {
    while (length > 0 && strchr("\r\n ", line[length - 1])) length--;
    if (length == 0) continue;
    redisAppendCommand(redis, "XADD {ringback:default}:inbox * intent %b", line, (size_t)length);
    promised++;
    /* A few hundred at a time: neither side has to hold a whole file. */
    if (++sent < 500) continue;
    settle(sent);
    sent = 0;
  }
  settle(sent);
  free(line);
  printf("promised: %d\n", promised);
  return 0;
}
