/* ask() sends a command to the Redis of RINGBACK_REDIS_URL. Needs hiredis (Debian: gcc libc6-dev libhiredis-dev). */
#include <hiredis/hiredis.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static redisContext *redis;

/* Ends the program with the words and the status 1. */
static void fail(const char *words, const char *why) {
  fprintf(stderr, "%s: %s\n", words, why);
  exit(1);
}

/* Connects, anew if there was a connection. 0: it could not. */
static int connect_redis(void) {
  const char *url = getenv("RINGBACK_REDIS_URL") ? getenv("RINGBACK_REDIS_URL") : "redis://127.0.0.1:6379";
  char user[256] = "default", password[256] = "", host[256];
  int port = 6379;
  const char *at = strrchr(url, '@');
  if (at && sscanf(url, "redis://%255[^:@]:%255[^@]@", user, password) < 2)
    sscanf(url, "redis://:%255[^@]@", password);
  if (sscanf(at ? at + 1 : url + strlen("redis://"), "%255[^:/]:%d", host, &port) < 1)
    fail("RINGBACK_REDIS_URL", "must be redis://[user:password@]host[:port]");
  if (redis) redisFree(redis);
  redis = redisConnectWithTimeout(host, port, (struct timeval){5, 0});
  if (!redis || redis->err) return 0;
  if (!*password) return 1;
  redisReply *reply = redisCommand(redis, "AUTH %s %s", user, password);
  if (reply && reply->type == REDIS_REPLY_ERROR) fail("no entrance", reply->str);
  freeReplyObject(reply);
  return reply != NULL;
}

/* Sends it again while there is no connection, so it must be safe to send twice. The answer may be an error of Redis. */
static redisReply *ask(const char *format, ...) {
  for (int tries = 0; tries < 30; tries++) {
    if (tries) usleep(500000);
    if ((!redis || redis->err) && !connect_redis()) continue;
    va_list words;
    va_start(words, format);
    redisReply *reply = redisvCommand(redis, format, words);
    va_end(words);
    if (reply) return reply;
  }
  fail("no connection", redis ? redis->errstr : "out of memory");
  return NULL;
}

/* The answer, if it is none that Redis refuses with. */
static redisReply *granted(redisReply *reply) {
  if (reply->type == REDIS_REPLY_ERROR) fail("Redis refuses it", reply->str);
  return reply;
}

/* What a field of HMGET holds; or "" where there is none. */
static const char *text(const redisReply *field) { return field->type == REDIS_REPLY_STRING ? field->str : ""; }
