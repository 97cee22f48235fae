/*
 * Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: ./enqueue acme-4711 300
 * The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
 * Build it: cc -o enqueue enqueue.c -lhiredis. Exit status 0: booked. Run it again with the same id whenever it is not clear what
 * became of it: that is one callback.
 */
#include <time.h>
#include "redis.h"

int main(int count, char **words) {
  if (count < 2) fail("usage", "enqueue ID [SECONDS]");
  const char *id = words[1];
  const double patience = count > 2 ? atof(words[2]) : 60;
  char intent[512], seen[16] = "";
  setvbuf(stdout, NULL, _IOLBF, 0);

  /* An id holds nothing that JSON would have to escape. */
  if (strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") != strlen(id) || strlen(id) > 128)
    fail(id, "cannot be an id");
  snprintf(intent, sizeof intent,
    "{\"id\":\"%s\",\"callId\":\"89328b83-ff42-4c85-a2af-e948124365de\",\"callbackNumber\":\"+18445791189\","
    "\"delay\":\"1s\",\"attributes\":{\"from\":\"c\"}}", id);
  /* Never with MAXLEN: it would drop what nobody has read yet. */
  freeReplyObject(granted(ask("XADD {ringback:default}:inbox * intent %s", intent)));
  printf("promised: %s\n", id);

  const time_t begin = time(NULL);
  for (; difftime(time(NULL), begin) < patience; usleep(500000)) {
    redisReply *callback =
      granted(ask("HMGET {ringback:default}:callback:%s state recordId reason code message", id));
    const char *field[5];
    for (int i = 0; i < 5; i++) field[i] = text(callback->element[i]);
    if (!strcmp(field[0], "booked")) {
      printf("booked %s\n", field[1]);
      return 0;
    }
    if (!strcmp(field[0], "dead") || !strcmp(field[0], "cancelled")) {
      printf("%s %s %s: %s\n", field[0], field[2], field[3], field[4]);
      return 1;
    }
    if (!*field[0] && *seen) {
      printf("%s was erased\n", id);
      return 1;
    }
    snprintf(seen, sizeof seen, "%s", field[0]);
    freeReplyObject(callback);
  }
  printf("%s has not ended yet (%s); the callback itself continues\n", id, *seen ? seen : "not taken in: does a worker run?");
  return 1;
}
