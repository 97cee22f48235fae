// Handles the end of every callback, for ever, as one of a group: java -cp "$JEDIS" Results.java [consumer [milliseconds]]
// JEDIS: the jar of Jedis 5 or newer and of what it needs, from your build. Debian has no package of it.
// Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
// Stop it whenever you like: what it has not confirmed is given again, to it or to another.
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XAutoClaimParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

public class Results {
    static final String STREAM = "{ringback:default}:results", GROUP = "crm";
    static final StreamEntryID START = new StreamEntryID(0, 0);
    static final JedisPooled redis =
        new JedisPooled(System.getenv().getOrDefault("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"));

    public static void main(String[] args) throws Exception {
        String consumer = args.length > 0 ? args[0] : InetAddress.getLocalHost().getHostName();
        // Longer than handling a hundred results ever takes.
        long abandonedMs = args.length > 1 ? Long.parseLong(args[1]) : 60_000;
        while (true) {
            try {
                read(consumer, abandonedMs);
            } catch (JedisConnectionException error) {
                System.err.println("no connection: " + error.getMessage());
                Thread.sleep(500);
            }
        }
    }

    /** Until the connection breaks: first what this consumer was given before, then what is new. */
    static void read(String consumer, long abandonedMs) {
        try {
            // 0: what is there already counts too.
            redis.xgroupCreate(STREAM, GROUP, START, true);
        } catch (JedisDataException error) {
            if (!error.getMessage().startsWith("BUSYGROUP")) throw error;
        }
        StreamEntryID position = START;
        long lookedAt = 0;
        while (true) {
            if (System.currentTimeMillis() - lookedAt > abandonedMs) {
                takeOver(consumer, abandonedMs);
                lookedAt = System.currentTimeMillis();
            }
            XReadGroupParams params = XReadGroupParams.xReadGroupParams().count(100).block((int) Math.min(1000, abandonedMs));
            var streams = redis.xreadGroup(GROUP, consumer, params, Map.of(STREAM, position));
            List<StreamEntry> entries = streams == null || streams.isEmpty() ? List.of() : streams.get(0).getValue();
            if (entries.isEmpty()) position = StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY;
            handleAll(entries);
        }
    }

    /** What consumers were given that have died since. Those that live hold nothing for so long. */
    static void takeOver(String consumer, long abandonedMs) {
        StreamEntryID next = START;
        do {
            XAutoClaimParams params = XAutoClaimParams.xAutoClaimParams().count(100);
            var claimed = redis.xautoclaim(STREAM, GROUP, consumer, abandonedMs, next, params);
            next = claimed.getKey();
            handleAll(claimed.getValue());
        } while (!next.equals(START));
    }

    static void handleAll(List<StreamEntry> entries) {
        for (StreamEntry entry : entries) {
            // Trimmed since it was given to somebody: nothing is left to handle.
            if (entry.getFields() != null && !entry.getFields().isEmpty()) handle(entry.getFields());
            redis.xack(STREAM, GROUP, entry.getID());
        }
    }

    /** Yours. It may see an entry twice, if it was interrupted: make it repeatable. */
    static void handle(Map<String, String> result) {
        // A dead letter that could not lie under the id that you gave has an id of its own.
        String given = result.getOrDefault("submittedId", result.get("id"));
        String word = result.getOrDefault("recordId", result.getOrDefault("code", ""));
        System.out.printf("%s %s %s%n", given, result.get("state"), word);
    }
}
