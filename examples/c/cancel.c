/*
 * Takes a callback back, and says what came of it: ./cancel acme-4711
 * Build it: cc -o cancel cancel.c -lhiredis. Exit status 0: it is cancelled. Said twice, it does nothing more.
 */
#include "redis.h"

int main(int count, char **words) {
  if (count < 2) fail("usage", "cancel ID");
  char wish[256];
  if (strpbrk(words[1], "\"\\") || strlen(words[1]) > 128) fail(words[1], "cannot be an id");
  snprintf(wish, sizeof wish, "{\"id\":\"%s\",\"by\":\"c\",\"reason\":\"reached by mail\"}", words[1]);
  redisReply *entry = granted(ask("XADD {ringback:default}:inbox * cancel %s", wish));

  for (int tries = 0; tries < 100; tries++, usleep(100000)) {
    redisReply *answer = granted(ask("GET {ringback:default}:wish:%s", entry->str));
    /* [{"id":"acme-4711","outcome":"cancelled","at":"2026-02-26T15:40:52.000Z"}], or the code and message of a dead letter */
    if (answer->type == REDIS_REPLY_STRING) {
      puts(answer->str);
      return strstr(answer->str, "\"outcome\":\"cancelled\"") ? 0 : 1;
    }
    freeReplyObject(answer);
  }
  fail("no worker has seen to it yet", "what was said stands");
}
