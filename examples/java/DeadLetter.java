// Says why a callback is a dead letter: java -cp "$JEDIS" DeadLetter.java acme-4711
// JEDIS: the jar of Jedis 5 or newer and of what it needs, from your build. Debian has no package of it.
// Exit status 0: it is one. Its fields intent and raw hold the customer's number, and are not asked for.
import java.util.List;
import redis.clients.jedis.JedisPooled;

public class DeadLetter {
    public static void main(String[] args) {
        String id = args[0];
        String url = System.getenv().getOrDefault("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379");
        try (JedisPooled redis = new JedisPooled(url)) {
            List<String> letter = redis.hmget(
                "{ringback:default}:callback:" + id, "state", "reason", "code", "message", "possibleDuplicate");
            String state = letter.get(0);
            if (!"dead".equals(state)) {
                System.err.println(id + " is no dead letter: " + (state == null ? "not known" : state));
                System.exit(1);
            }
            String doubt = letter.get(4) == null ? "" : " (perhaps booked)";
            System.out.printf("%s %s %s: %s%s%n", id, letter.get(1), letter.get(2), letter.get(3), doubt);
        }
    }
}
