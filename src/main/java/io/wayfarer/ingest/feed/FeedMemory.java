package io.wayfarer.ingest.feed;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What was read of each feed last. */
@Component
class FeedMemory {

    private static final int MAX_ETAG = 300;
    private static final int MAX_DATE = 100;
    static final int MAX_FAILURE = 500;

    /**
     * Where a feed stands.
     *
     * @param etag of the version that was read, or null
     * @param lastModified likewise
     * @param failure what was wrong when it was tried last, or null
     */
    record State(String etag, String lastModified, String failure) {

        static final State NONE = new State(null, null, null);
    }

    private final JdbcTemplate jdbc;

    FeedMemory(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What is remembered of the feed while it is at this address. */
    State of(String name, String url) {
        return jdbc
                .query(
                        "select etag, last_modified, failure from feed where name = ? and url = ?",
                        (row, n) -> new State(row.getString(1), row.getString(2), row.getString(3)),
                        name,
                        url)
                .stream()
                .findFirst()
                .orElse(State.NONE);
    }

    void keep(String name, String url, State state) {
        var etag = bounded(state.etag(), MAX_ETAG);
        var lastModified = bounded(state.lastModified(), MAX_DATE);
        try {
            if (update(name, url, etag, lastModified, state.failure()) == 0) {
                jdbc.update(
                        "insert into feed (url, etag, last_modified, failure, name) values (?, ?, ?, ?, ?)",
                        url,
                        etag,
                        lastModified,
                        state.failure(),
                        name);
            }
        } catch (DuplicateKeyException e) {
            // another node reads the same feed
            update(name, url, etag, lastModified, state.failure());
        }
    }

    private int update(String name, String url, String etag, String lastModified, String failure) {
        return jdbc.update(
                "update feed set url = ?, etag = ?, last_modified = ?, failure = ? where name = ?",
                url,
                etag,
                lastModified,
                failure,
                name);
    }

    /** A validator that does not fit, or that no header can carry, is not used at all: cut, it would be another. */
    private static String bounded(String validator, int length) {
        return validator == null || !validator.matches("[ -~]{1," + length + "}") ? null : validator;
    }
}
