/*
 * Handles the end of every callback, for ever, as one of a group: ./results [consumer [milliseconds]]
 * Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
 * Stop it whenever you like: what it has not confirmed is given again, to it or to another.
 * Build it: cc -o results results.c -lhiredis
 */
#include <time.h>
#include "redis.h"

#define RESULTS "{ringback:default}:results"

static const char *value(const redisReply *fields, const char *name) {
  for (size_t i = 0; i + 1 < fields->elements; i += 2)
    if (!strcmp(fields->element[i]->str, name)) return fields->element[i + 1]->str;
  return NULL;
}

/* Yours. It may see an entry twice, if it was interrupted: make it repeatable. */
static void handle(const redisReply *result) {
  const char *given = value(result, "submittedId"), *record = value(result, "recordId"), *code = value(result, "code");
  /* A dead letter that could not lie under the id that you gave has an id of its own. */
  printf("%s %s %s\n", given ? given : value(result, "id"), value(result, "state"), record ? record : code ? code : "");
}

static void handle_all(const redisReply *entries) {
  for (size_t i = 0; i < entries->elements; i++) {
    const redisReply *entry = entries->element[i];
    if (entry->elements < 2) continue; /* Redis 6.2 says of what was trimmed since not even its id. */
    /* Without fields it was trimmed since it was given to somebody: nothing is left to handle. */
    if (entry->element[1]->elements > 0) handle(entry->element[1]);
    freeReplyObject(granted(ask("XACK " RESULTS " crm %s", entry->element[0]->str)));
  }
}

/* What consumers were given that have died since. Those that live hold nothing for so long. */
static void take_over(const char *consumer, int abandoned_ms) {
  char start[64] = "0-0";
  do {
    redisReply *claimed = granted(ask("XAUTOCLAIM " RESULTS " crm %s %d %s COUNT 100", consumer, abandoned_ms, start));
    handle_all(claimed->element[1]);
    snprintf(start, sizeof start, "%s", claimed->element[0]->str);
    freeReplyObject(claimed);
  } while (strcmp(start, "0-0"));
}

int main(int count, char **words) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  const char *consumer = count > 1 ? words[1] : host;
  /* Longer than handling a hundred results ever takes. */
  const int abandoned_ms = count > 2 ? atoi(words[2]) : 60000;
  setvbuf(stdout, NULL, _IOLBF, 0);

  /* 0: what is there already counts too. */
  redisReply *created = ask("XGROUP CREATE " RESULTS " crm 0 MKSTREAM");
  if (created->type == REDIS_REPLY_ERROR && strncmp(created->str, "BUSYGROUP", 9)) granted(created);

  const char *position = "0"; /* first what this consumer was given before it was interrupted, then what is new */
  for (time_t looked_at = 0;;) {
    if (difftime(time(NULL), looked_at) * 1000 >= abandoned_ms) {
      take_over(consumer, abandoned_ms);
      looked_at = time(NULL);
    }
    redisReply *read = granted(ask("XREADGROUP GROUP crm %s COUNT 100 BLOCK %d STREAMS " RESULTS " %s", consumer,
                                   abandoned_ms < 5000 ? abandoned_ms : 5000, position));
    const redisReply *entries = read->elements > 0 ? read->element[0]->element[1] : NULL;
    if (!entries || entries->elements == 0) position = ">";
    else handle_all(entries);
    freeReplyObject(read);
  }
}
