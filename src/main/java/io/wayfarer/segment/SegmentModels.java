package io.wayfarer.segment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.decide.Releases;
import io.wayfarer.store.Version;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What was learnt of segments, by version, how far the pass over all customers has come with it; rules see the newest. */
@Component
class SegmentModels {

    private static final TypeReference<Map<String, Sum>> SUMS = new TypeReference<>() {};
    private static final int KEPT = 20;
    /** The sums of all customers stand under this name. */
    static final String ALL = "all";

    /** So many customers, and the sum of each of their figures. */
    record Sum(long count, double[] totals) {}

    /**
     * @param after the last customer assigned, or null
     * @param passedAt when the pass was over, or null
     * @param sums by kind and segment with a slash between
     */
    record Pass(String version, UUID after, Instant passedAt, Map<String, Sum> sums) {}

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Releases releases;
    private volatile Segmentation live;

    SegmentModels(JdbcTemplate jdbc, ObjectMapper json, Releases releases) {
        this.jdbc = jdbc;
        this.json = json;
        this.releases = releases;
        load();
    }

    /** What customers are assigned by now, or null when nothing was ever learnt. */
    Segmentation live() {
        return live;
    }

    /** Takes up what another node has learnt. */
    void load() {
        jdbc
                .query(
                        "select version, learnt_at, body from segment_model order by learnt_at desc, version limit 1",
                        (row, n) -> new Segmentation(
                                row.getString(1),
                                row.getObject(2, OffsetDateTime.class).toInstant(),
                                read(row.getString(3))))
                .stream()
                .findFirst()
                .ifPresent(this::use);
    }

    /** From now on customers are assigned by this; the same content learnt again is the same version, passed anew. */
    Segmentation keep(Segmentation.Learnt learnt, Instant now) {
        var body = write(learnt);
        var version = Version.of(body);
        var at = now.atOffset(ZoneOffset.UTC);
        var again = jdbc.update(
                "update segment_model set learnt_at = ?, pass_after = null, passed_at = null, sums = '{}' where version = ?",
                at,
                version);
        if (again == 0) {
            jdbc.update(
                    "insert into segment_model (version, learnt_at, body, sums) values (?, ?, ?, '{}')",
                    version,
                    at,
                    body);
        }
        jdbc.update(
                "delete from segment_model where version not in (select version from segment_model"
                        + " order by learnt_at desc, version limit ?)",
                KEPT);
        use(new Segmentation(version, now, learnt));
        return live;
    }

    private void use(Segmentation newest) {
        var isAnother = live == null || !live.version().equals(newest.version());
        live = newest;
        if (isAnother) {
            releases.use(newest);
        }
    }

    /** How far the pass of the live version is. */
    Optional<Pass> pass() {
        return live == null ? Optional.empty() : pass("where version = ?", live.version());
    }

    /** The newest pass that is over: its sums are of all customers. */
    Optional<Pass> lastPass() {
        return pass("where passed_at is not null order by passed_at desc limit ?", 1);
    }

    private Optional<Pass> pass(String where, Object parameter) {
        return jdbc
                .query(
                        "select version, pass_after, passed_at, sums from segment_model " + where,
                        (row, n) -> {
                            var passed = row.getObject(3, OffsetDateTime.class);
                            return new Pass(
                                    row.getString(1),
                                    row.getObject(2, UUID.class),
                                    passed == null ? null : passed.toInstant(),
                                    readSums(row.getString(4)));
                        },
                        parameter)
                .stream()
                .findFirst();
    }

    /** Says how far the pass is, in the caller's transaction. */
    void keep(Pass pass) {
        jdbc.update(
                "update segment_model set pass_after = ?, passed_at = ?, sums = ? where version = ?",
                pass.after(),
                pass.passedAt() == null ? null : pass.passedAt().atOffset(ZoneOffset.UTC),
                write(pass.sums()),
                pass.version());
    }

    private Segmentation.Learnt read(String body) {
        try {
            return json.readValue(body, Segmentation.Learnt.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was learnt of segments cannot be read", e);
        }
    }

    private Map<String, Sum> readSums(String body) {
        try {
            return json.readValue(body, SUMS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the sums of segments cannot be read", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
