package io.wayfarer.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Who may send to the collector. A key is set as {@code label:key} or as {@code key} alone; the label, else the start of
 * the key's hash, names the source of its events, so that no event reveals a key. When none is set one is made, printed
 * once, and kept.
 */
@Component
public class WriteKeys {

    private static final Logger log = LoggerFactory.getLogger(WriteKeys.class);
    private static final String SETTING = "collector.write-key";
    private static final int MAX_LABEL = 40;

    private record Key(String label, String text, byte[] bytes) {}

    private final List<Key> keys = new ArrayList<>();

    WriteKeys(@Value("${wayfarer.collector.write-keys}") List<String> configured, JdbcTemplate jdbc) {
        configured.stream().map(String::trim).filter(key -> !key.isEmpty()).forEach(this::add);
        if (keys.isEmpty()) {
            add("default:" + kept(jdbc));
        }
    }

    /** The first key, for pages of our own that send events. A browser shows it: it is no secret. */
    public String first() {
        return keys.get(0).text();
    }

    /**
     * The label of the key that was presented; takes as long for any.
     *
     * @throws Refusal when it is no key of ours
     */
    public String labelOf(String presented) {
        String label = null;
        if (presented != null) {
            var bytes = presented.getBytes(StandardCharsets.UTF_8);
            for (var key : keys) {
                label = MessageDigest.isEqual(bytes, key.bytes()) ? key.label() : label;
            }
        }
        if (label == null) {
            throw Refusal.unauthorised("the write key is missing or wrong");
        }
        return label;
    }

    private void add(String configured) {
        var colon = configured.indexOf(':');
        var key = configured.substring(colon + 1).trim();
        var label =
                colon < 0 ? fingerprint(key) : configured.substring(0, colon).trim();
        if (key.isEmpty() || label.isEmpty() || label.length() > MAX_LABEL) {
            throw new IllegalStateException(
                    "wayfarer.collector.write-keys holds an empty key, or a label that is empty or too long");
        }
        keys.add(new Key(label, key, key.getBytes(StandardCharsets.UTF_8)));
    }

    private static String fingerprint(String key) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String kept(JdbcTemplate jdbc) {
        var stored = stored(jdbc);
        if (!stored.isEmpty()) {
            return stored.get(0);
        }
        var random = new byte[24];
        new SecureRandom().nextBytes(random);
        var key = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        try {
            jdbc.update("insert into setting (name, setting) values (?, ?)", SETTING, key);
        } catch (DuplicateKeyException e) {
            // another node was first
            return stored(jdbc).get(0);
        }
        log.info("No wayfarer.collector.write-keys are set. This write key was made and is kept: {}", key);
        return key;
    }

    private static List<String> stored(JdbcTemplate jdbc) {
        return jdbc.queryForList("select setting from setting where name = ?", String.class, SETTING);
    }
}
