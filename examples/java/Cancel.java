// Takes a callback back, and says what came of it: java -cp "$JEDIS" Cancel.java acme-4711
// JEDIS: the jar of Jedis 5 or newer and of what it needs, from your build. Debian has no package of it.
// Exit status 0: it is cancelled. Said twice, it does nothing more: run it again if the connection breaks.
import java.util.Map;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.StreamEntryID;

public class Cancel {
    public static void main(String[] args) throws InterruptedException {
        if (!args[0].matches("[A-Za-z0-9._-]{1,128}")) throw new IllegalArgumentException("no id of a callback");
        String wish = "{\"id\":\"%s\",\"by\":\"java\",\"reason\":\"reached by mail\"}".formatted(args[0]);
        String url = System.getenv().getOrDefault("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379");
        try (JedisPooled redis = new JedisPooled(url)) {
            StreamEntryID entry = redis.xadd("{ringback:default}:inbox", StreamEntryID.NEW_ENTRY, Map.of("cancel", wish));
            for (int tries = 0; tries < 100; tries++) {
                // [{"id":"acme-4711","outcome":"cancelled","at":"2026-02-26T15:40:52.000Z"}]; or code and message of a dead letter
                String answer = redis.get("{ringback:default}:wish:" + entry);
                if (answer != null) {
                    System.out.println(answer);
                    System.exit(answer.contains("\"outcome\":\"cancelled\"") ? 0 : 1);
                }
                Thread.sleep(100);
            }
        }
        System.err.println("no worker has seen to it yet: what was said stands");
        System.exit(1);
    }
}
