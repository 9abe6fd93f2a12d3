package io.wayfarer.act;

import io.wayfarer.profile.Identity;
import io.wayfarer.store.Column;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The browsers that take pushes. */
@Component
class PushSubscriptions {

    /**
     * A browser, as the Push API describes it.
     *
     * @param endpoint where its push service takes messages for it
     * @param p256dh its public key, in base64url
     * @param auth its secret, in base64url
     */
    record Subscription(String endpoint, String p256dh, String auth) {

        /** Who has all of it can push to the browser. */
        @Override
        public String toString() {
            return "Subscription[]";
        }
    }

    /** Of one identity; what is more has been replaced by newer browsers. */
    static final int MAX_EACH = 10;

    private final JdbcTemplate jdbc;

    PushSubscriptions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps it as this identity's, whosever it was; beyond {@value #MAX_EACH} the identity's oldest are dropped. */
    void keep(Subscription subscription, Identity whose, Instant now) {
        if (!replace(subscription, whose, now)) {
            try {
                jdbc.update(
                        "insert into push_subscription (p256dh, auth, kind, name, at, endpoint) values (?, ?, ?, ?, ?, ?)",
                        values(subscription, whose, now));
            } catch (DuplicateKeyException e) {
                replace(subscription, whose, now);
            }
        }
        jdbc.update(
                "delete from push_subscription where name = ? and kind = ? and endpoint not in (select endpoint from"
                        + " push_subscription where name = ? and kind = ? order by at desc, endpoint limit ?)",
                whose.name(),
                whose.kind().name(),
                whose.name(),
                whose.kind().name(),
                MAX_EACH);
    }

    private boolean replace(Subscription subscription, Identity whose, Instant now) {
        return jdbc.update(
                        "update push_subscription set p256dh = ?, auth = ?, kind = ?, name = ?, at = ? where endpoint = ?",
                        values(subscription, whose, now))
                == 1;
    }

    private static Object[] values(Subscription subscription, Identity whose, Instant now) {
        return new Object[] {
            subscription.p256dh(),
            subscription.auth(),
            whose.kind().name(),
            whose.name(),
            now.atOffset(ZoneOffset.UTC),
            subscription.endpoint()
        };
    }

    /** True when there was one. */
    boolean remove(String endpoint) {
        return jdbc.update("delete from push_subscription where endpoint = ?", endpoint) > 0;
    }

    /** Those of any of these identities, the newest first, at most {@value #MAX_EACH}. */
    List<Subscription> of(Collection<Identity> identities) {
        return jdbc.query(
                "select s.endpoint, s.p256dh, s.auth from push_subscription s join unnest(cast(? as varchar array),"
                        + " cast(? as varchar array)) as i (kind, name) on s.name = i.name and s.kind = i.kind"
                        + " order by s.at desc, s.endpoint limit ?",
                (row, n) -> new Subscription(row.getString(1), row.getString(2), row.getString(3)),
                Column.texts(identities, one -> one.kind().name()),
                Column.texts(identities, Identity::name),
                MAX_EACH);
    }
}
