/*
 * Says why a callback is a dead letter: ./dead-letter acme-4711
 * Build it: cc -o dead-letter dead-letter.c -lhiredis. Exit status 0: it is one. Its fields intent and raw hold the customer's
 * number, and are not asked for.
 */
#include "redis.h"

int main(int count, char **words) {
  if (count < 2) fail("usage", "dead-letter ID");
  redisReply *letter =
    granted(ask("HMGET {ringback:default}:callback:%s state reason code message possibleDuplicate", words[1]));
  const char *field[5];
  for (int i = 0; i < 5; i++) field[i] = text(letter->element[i]);
  if (strcmp(field[0], "dead")) fail("no dead letter", *field[0] ? field[0] : "not known");
  printf("%s %s %s: %s%s\n", words[1], field[1], field[2], field[3], *field[4] ? " (perhaps booked)" : "");
  freeReplyObject(letter);
  return 0;
}
