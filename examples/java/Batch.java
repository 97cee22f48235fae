// Enqueues many in few round trips, an intent with an id of its own on each line: java -cp "$JEDIS" Batch.java < ../callbacks.jsonl
// JEDIS: the jar of Jedis 5 or newer and of what it needs, from your build. Debian has no package of it.
// Exit status 0: Redis has all of them. If it is another one, run it again: what has its id is one callback.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;

public class Batch {
    public static void main(String[] args) throws IOException {
        String url = System.getenv().getOrDefault("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379");
        int promised = 0;
        try (JedisPooled redis = new JedisPooled(url);
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            List<String> intents = new ArrayList<>();
            for (String line; (line = lines.readLine()) != null; ) {
                if (!line.isBlank()) intents.add(line);
                // A few hundred at a time: neither side has to hold a whole file.
                if (intents.size() < 500) continue;
                promised += promise(redis, intents);
                intents.clear();
            }
            promised += promise(redis, intents);
        }
        System.out.println("promised: " + promised);
    }

    /** Throws if Redis has refused one of them. What is wrong with an intent itself becomes a dead letter. */
    static int promise(JedisPooled redis, List<String> intents) {
        List<Response<StreamEntryID>> entries = new ArrayList<>();
        try (AbstractPipeline pipeline = redis.pipelined()) {
            for (String intent : intents)
                entries.add(pipeline.xadd("{ringback:default}:inbox", StreamEntryID.NEW_ENTRY, Map.of("intent", intent)));
            pipeline.sync();
        }
        entries.forEach(Response::get);
        return entries.size();
    }
}
