// Enqueues a callback whose number is sealed: nobody who sees Redis can read it. echo +18445791189 | java -cp "$JEDIS" Seal.java acme-4711
// JEDIS: the jar of Jedis 5 or newer and of what it needs (gson among it), from your build. Debian has no package of it. The JDK
// itself knows RSA-OAEP-256; with Nimbus JOSE+JWT or jose4j in your build it is a call of theirs. Needs a user made with --inbox --seal. Run it
// again with the same id whenever it is not clear whether it was promised: that is one callback, though it is sealed anew each time.
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.StreamEntryID;

public class Seal {
    public static void main(String[] args) throws Exception {
        String id = args[0];
        // An id holds nothing that JSON would have to escape.
        if (!id.matches("[A-Za-z0-9._-]{1,128}")) fail(id + " cannot be an id");
        // Not an argument, which everybody on this machine could read.
        String number = new BufferedReader(new InputStreamReader(System.in)).readLine().strip();
        try (JedisPooled redis = new JedisPooled(System.getenv().getOrDefault("RINGBACK_REDIS_URL", "redis://127.0.0.1:6379"))) {
            String published = redis.get("{ringback:default}:public-keys");
            if (published == null) fail("there is no public key: do the workers have RINGBACK_SEAL_KEYS_FILE?");
            // The id is required here, and must not be made of the number.
            String intent = """
                { "id": "%s", "callId": "89328b83-ff42-4c85-a2af-e948124365de", "callbackNumber": "%s" }"""
                .formatted(id, seal(number, id, rsaKey(published)));
            redis.xadd("{ringback:default}:inbox", StreamEntryID.NEW_ENTRY, Map.of("intent", intent));
            System.out.println("promised: " + id);
        }
    }

    static JsonObject rsaKey(String published) {
        for (JsonElement each : JsonParser.parseString(published).getAsJsonObject().getAsJsonArray("keys")) {
            JsonObject key = each.getAsJsonObject();
            if (key.get("alg").getAsString().equals("RSA-OAEP-256")) return key;
        }
        fail("none of the public keys is of RSA");
        return null;
    }

    /** A compact JWE (RFC 7516): RSA-OAEP-256 for a fresh key, and A256GCM with it for the number. It stands in no intent but that of the id. */
    static String seal(String number, String id, JsonObject jwk) throws Exception {
        PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(integer(jwk, "n"), integer(jwk, "e")));
        String header = base64("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",\"kid\":\"%s\",\"id\":\"%s\"}"
            .formatted(jwk.get("kid").getAsString(), id).getBytes(StandardCharsets.UTF_8));
        byte[] contentKey = random(32), iv = random(12);
        Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
        // MGF1 with SHA-256 as well: by itself the JDK would take SHA-1 there.
        rsa.init(Cipher.ENCRYPT_MODE, key,
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        Cipher aes = Cipher.getInstance("AES/GCM/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(contentKey, "AES"), new GCMParameterSpec(128, iv));
        aes.updateAAD(header.getBytes(StandardCharsets.US_ASCII));
        byte[] sealed = aes.doFinal(number.getBytes(StandardCharsets.UTF_8));
        int end = sealed.length - 16;
        return String.join(".", header, base64(rsa.doFinal(contentKey)), base64(iv),
            base64(Arrays.copyOf(sealed, end)), base64(Arrays.copyOfRange(sealed, end, sealed.length)));
    }

    static BigInteger integer(JsonObject jwk, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(jwk.get(name).getAsString()));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    static void fail(String words) {
        System.err.println(words);
        System.exit(1);
    }
}
