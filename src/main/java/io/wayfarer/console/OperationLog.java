package io.wayfarer.console;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.time.TimeOrderedId;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What people did to journeys, channels and failures: who, when, why, and what came of it. */
@Component
class OperationLog {

    static final int MAX_REASON = 1_000;

    /** One thing that was done. */
    @Schema(name = "OperationEntry")
    record Entry(
            UUID id,
            @Schema(description = "Product time") Instant at,
            String who,
            @Schema(example = "pause") String action,
            @Schema(
                            description = "A process, customer, channel or failure, as the kind and its name",
                            example = "journey:abandoned-cart")
                    String subject,
            String reason,
            @Schema(description = "What came of it, in short") String outcome) {}

    /** Why something is done. */
    record Why(@Schema(description = "1 to 1,000 characters") String reason) {}

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    OperationLog(JdbcTemplate jdbc, PlatformTransactionManager transactionManager, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
    }

    /** Does it and keeps that it was done, in one transaction; what is refused with an exception is not kept. */
    <T> T keep(String who, String action, String subject, String reason, Supplier<T> deed) {
        return transactions.execute(status -> {
            var outcome = deed.get();
            note(who, action, subject, reason, String.valueOf(outcome));
            return outcome;
        });
    }

    /** Keeps that something was done. */
    void note(String who, String action, String subject, String reason, String outcome) {
        var now = clock.instant();
        jdbc.update(
                "insert into operation (id, at, who, action, subject, reason, outcome) values (?, ?, ?, ?, ?, ?, ?)",
                TimeOrderedId.at(now),
                now.atOffset(ZoneOffset.UTC),
                who,
                action,
                subject,
                reason,
                outcome.length() > 400 ? outcome.substring(0, 400) : outcome);
    }

    List<Entry> list(int limit, UUID after) {
        return jdbc.query(
                "select * from operation where id < ? order by id desc limit ?",
                (row, n) -> new Entry(
                        row.getObject("id", UUID.class),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getString("who"),
                        row.getString("action"),
                        row.getString("subject"),
                        row.getString("reason"),
                        row.getString("outcome")),
                after == null ? new UUID(-1, -1) : after,
                limit);
    }

    /** @throws BadParameter when it does not say why */
    static String reason(String text) {
        if (text == null || text.isBlank() || text.length() > MAX_REASON || text.indexOf('\0') >= 0) {
            throw new BadParameter("reason", "must say why in 1 to " + MAX_REASON + " characters");
        }
        return text.strip();
    }
}
