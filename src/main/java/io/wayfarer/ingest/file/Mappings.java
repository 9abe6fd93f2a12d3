package io.wayfarer.ingest.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Imports.NamedMapping;
import io.wayfarer.ingest.Refusal;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The mappings that are kept, by name. */
@Component
class Mappings {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    Mappings(JdbcTemplate jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    NamedMapping keep(String name, byte[] body) {
        if (!Mapping.NAME.matcher(name).matches()) {
            throw Refusal.bad("name", "name may have letters, digits, dots, - and _, at most 60");
        }
        var mapping = Mapping.read(body).asMap();
        var text = write(mapping);
        var now = clock.instant().atOffset(ZoneOffset.UTC);
        if (update(name, text, now) == 0) {
            try {
                jdbc.update("insert into import_mapping (name, body, updated_at) values (?, ?, ?)", name, text, now);
            } catch (DuplicateKeyException e) {
                update(name, text, now);
            }
        }
        return new NamedMapping(name, mapping);
    }

    private int update(String name, String text, Object now) {
        return jdbc.update("update import_mapping set body = ?, updated_at = ? where name = ?", text, now, name);
    }

    Optional<NamedMapping> find(String name) {
        return jdbc
                .query(
                        "select name, body from import_mapping where name = ?",
                        (row, n) -> read(row.getString(1), row.getString(2)),
                        name)
                .stream()
                .findFirst();
    }

    List<NamedMapping> list(int limit, String after) {
        return jdbc.query(
                "select name, body from import_mapping where name > ? order by name limit ?",
                (row, n) -> read(row.getString(1), row.getString(2)),
                after == null ? "" : after,
                limit);
    }

    boolean remove(String name) {
        return jdbc.update("delete from import_mapping where name = ?", name) == 1;
    }

    /** @throws Refusal when there is none */
    NamedMapping named(String name) {
        return find(name).orElseThrow(() -> Refusal.bad("mapping", "there is no mapping " + name));
    }

    /** The first by name whose pattern fits the file's name. */
    Optional<NamedMapping> fitting(String file) {
        return list(1_000, null).stream()
                .filter(mapping -> mapping.body().get("files") instanceof String glob
                        && pattern(glob).matcher(file).matches())
                .findFirst();
    }

    /** {@code *} is any text, {@code ?} any character. */
    private static Pattern pattern(String glob) {
        var regex = new StringBuilder();
        for (var c : glob.replaceAll("\\*+", "*").toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }

    private NamedMapping read(String name, String body) {
        try {
            return new NamedMapping(name, json.readValue(body, OBJECT));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a mapping that is kept cannot be read", e);
        }
    }

    private String write(Map<String, Object> mapping) {
        try {
            return json.writeValueAsString(mapping);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
