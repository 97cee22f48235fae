// Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: java -cp "$JEDIS" Enqueue.java acme-4711 300
// JEDIS: the jar of Jedis 5 or newer and of what it needs, from your build. Debian has no package of it.
// The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
// Exit status 0: booked. Run it again with the same id whenever it is not clear what became of it: that is one callback.
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisConnectionException;

public class Enqueue {
    public static void main(String[] args) throws InterruptedException {
        String id = args[0];
        double patience = args.length > 1 ? Double.parseDouble(args[1]) : 60;
        // An id holds nothing that JSON would have to escape.
        if (!id.matches("[A-Za-z0-9._-]{1,128}")) fail(id + " cannot be an id");
        String intent = """
            {
              "id": "%s",
              "callId": "89328b83-ff42-4c85-a2af-e948124365de",
              "callbackNumber": "+18445791189",
              "delay": "1s",
              "attributes": { "from": "java" }
            }""".formatted(id);
        try (JedisPooled redis = new JedisPooled(System.getenv().getOrDefault("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"))) {
            // Never with MAXLEN: it would drop what nobody has read yet.
            persistently(() -> redis.xadd("{ringback:default}:inbox", StreamEntryID.NEW_ENTRY, Map.of("intent", intent)));
            System.out.println("promised: " + id);
            System.exit(awaitEnd(redis, id, System.nanoTime() + (long) (patience * 1e9)));
        }
    }

    static int awaitEnd(JedisPooled redis, String id, long deadline) throws InterruptedException {
        String seen = null;
        for (; System.nanoTime() < deadline; Thread.sleep(500)) {
            List<String> callback = persistently(
                () -> redis.hmget("{ringback:default}:callback:" + id, "state", "recordId", "reason", "code", "message"));
            String state = callback.get(0);
            if (state == null && seen != null) fail(id + " was erased");
            if (List.of("booked", "dead", "cancelled").contains(String.valueOf(state))) {
                System.out.println(callback);
                return state.equals("booked") ? 0 : 1;
            }
            seen = state;
        }
        String where = seen == null ? "not taken in: does a worker run?" : seen;
        fail(id + " has not ended yet (" + where + "); the callback itself continues");
        return 1;
    }

    /** What is sent so is sent again while there is no connection: it must be safe to send twice. */
    static <T> T persistently(Supplier<T> ask) throws InterruptedException {
        for (int tries = 0; ; tries++) {
            try {
                return ask.get();
            } catch (JedisConnectionException error) {
                if (tries == 20) throw error;
                Thread.sleep(500);
            }
        }
    }

    static void fail(String words) {
        System.err.println(words);
        System.exit(1);
    }
}
