package io.wayfarer.journey;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.act.FailedMessage;
import io.wayfarer.act.Outbox;
import io.wayfarer.journey.Standings.Running;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What failed and is not tried any more: steps of journeys, and messages, in one list; to be tried again or given up. */
@Component
public class Failures {

    /** What can fail. */
    public enum Kind {
        journey,
        message
    }

    /**
     * One failure.
     *
     * @param id what it is called by when it is retried or given up
     * @param process key of the process, of a journey
     * @param version of the process
     * @param step where the journey is stuck
     * @param channel of a message
     * @param template of a message
     * @param since when it was given up by the program
     * @param attempts how often it was tried before
     * @param error in short, without secrets and addresses
     * @param mayArriveTwice true for a message that its receiver may have taken: sent again it may be a second one
     */
    public record Failure(
            String id,
            Kind kind,
            UUID customer,
            String process,
            Integer version,
            String step,
            String channel,
            String template,
            Instant since,
            int attempts,
            String error,
            boolean mayArriveTwice) {}

    /**
     * Which failures are meant; what is null is any.
     *
     * @param process key of a process: only journeys in it
     * @param channel name of a channel: only messages by it
     */
    public record Which(Kind kind, String process, String channel) {

        boolean has(Kind one) {
            return (kind == null || kind == one) && (one == Kind.journey ? channel == null : process == null);
        }
    }

    /** How many failures there are of each kind. */
    @Schema(name = "FailureCount")
    public record Count(long journeys, long messages) {

        public long all() {
            return journeys + messages;
        }
    }

    /** A place in the list: what comes after it is older, or as old with a smaller id. */
    public record Place(Instant since, String id) {}

    /**
     * What came of doing something with many.
     *
     * @param done with how many it was done
     * @param left messages that may have been delivered: they are sent again one by one only
     * @param more true when there are more than are done with at once
     */
    @Schema(name = "FailuresDone")
    public record Done(long done, long left, boolean more) {}

    /** With as many something is done in one call, and in one transaction. */
    static final int MOST = 10_000;

    private static final int BATCH = 100;

    private static final int MAX_ERROR = 300;
    private static final Pattern ADDRESS = Pattern.compile("\\S+@\\S+");
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(bearer|basic|[\\w-]*(?:password|passwd|secret|token|key|authorization|signature)[\\w-]*)"
                    + "([\"']?\\s*[=:]\\s*|\\s+)(?:(?:bearer|basic)\\s+)?[\"']?[^\\s\"',;&]{4,}");
    private static final Pattern PHONE = Pattern.compile("\\+\\d{7,15}");

    private static final String STUCK =
            " from ACT_RU_JOB J join ACT_RU_INCIDENT I on I.CONFIGURATION_ = J.ID_ and I.INCIDENT_TYPE_ = 'failedJob'"
                    + " join ACT_RU_EXECUTION E on E.ID_ = J.PROCESS_INSTANCE_ID_"
                    + " join ACT_RE_PROCDEF P on P.ID_ = J.PROCESS_DEF_ID_"
                    + " left join ACT_RU_JOBDEF D on D.ID_ = J.JOB_DEF_ID_ where J.RETRIES_ = 0";

    /** A step that failed, and the journey that is stuck in it. */
    private record Stuck(String job, Running running, Failure failure) {}

    private final ManagementService management;
    private final ProcessEngineConfiguration engine;
    private final Operations operations;
    private final Journeys journeys;
    private final Outbox outbox;
    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Failures(
            ManagementService management,
            ProcessEngineConfiguration engine,
            Operations operations,
            Journeys journeys,
            Outbox outbox,
            JdbcTemplate jdbc,
            Clock clock,
            PlatformTransactionManager transactionManager) {
        this.management = management;
        this.engine = engine;
        this.operations = operations;
        this.journeys = journeys;
        this.outbox = outbox;
        this.jdbc = jdbc;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /** The newest first, at most {@code limit} of those after the place; from the top when it is null. */
    public List<Failure> list(Which which, Place after, int limit) {
        var stuck = which.has(Kind.journey)
                ? stuck(which.process(), after, limit).stream().map(Stuck::failure)
                : Stream.<Failure>of();
        var messages = which.has(Kind.message)
                ? messages(which.channel(), after, limit).stream().map(this::failure)
                : Stream.<Failure>of();
        return Stream.concat(stuck, messages)
                .sorted(Comparator.comparing(Failure::since)
                        .thenComparing(Failure::id)
                        .reversed())
                .limit(limit)
                .toList();
    }

    /** How many there are. */
    public Count count(Which which) {
        var process = which.process();
        var stuck = !which.has(Kind.journey)
                ? 0
                : process == null
                        ? jdbc.queryForObject("select count(*)" + STUCK, Long.class)
                        : jdbc.queryForObject(
                                "select count(*)" + STUCK + " and J.PROCESS_DEF_KEY_ = ?", Long.class, process);
        return new Count(stuck, which.has(Kind.message) ? outbox.countFailed(which.channel()) : 0);
    }

    /** The failure with this id. */
    public Optional<Failure> find(String id) {
        return message(id).map(this::failure).or(() -> stuck(id).map(Stuck::failure));
    }

    /**
     * Tries again. A step that sends has the same key as before, so that what was queued is not queued twice.
     *
     * @return false when it is no failure any more
     */
    public boolean retry(String id) {
        return Boolean.TRUE.equals(transactions.execute(status -> message(id)
                .map(one -> outbox.retry(one.id()))
                .or(() -> stuck(id).map(this::retry))
                .orElse(false)));
    }

    /**
     * Tries no more: the message is dropped, the journey ends, each with the reason.
     *
     * @return false when it is no failure any more
     */
    public boolean giveUp(String id, String who, String reason) {
        return Boolean.TRUE.equals(transactions.execute(status -> message(id)
                .map(one -> giveUp(one, who, reason))
                .or(() -> stuck(id).map(one -> giveUp(one, who, reason)))
                .orElse(false)));
    }

    /** Tries all of these again, but for messages that may have been delivered. */
    public Done retry(Which which) {
        return each(which, one -> !outbox.mayArriveTwice(one), one -> outbox.retry(one.id()), this::retry);
    }

    /** Tries none of these any more. */
    public Done giveUp(Which which, String who, String reason) {
        return each(which, one -> true, one -> giveUp(one, who, reason), one -> giveUp(one, who, reason));
    }

    private Done each(
            Which which,
            Predicate<FailedMessage> mayBe,
            Predicate<FailedMessage> withMessage,
            Predicate<Stuck> withJourney) {
        long done = 0;
        long left = 0;
        var seen = 0;
        Place after = null;
        while (which.has(Kind.journey) && seen < MOST) {
            var from = after;
            var batch = stuck(which.process(), from, BATCH);
            done += transactions.execute(
                    status -> batch.stream().filter(withJourney).count());
            seen += batch.size();
            if (batch.size() < BATCH) {
                break;
            }
            var last = batch.get(batch.size() - 1).failure();
            after = new Place(last.since(), last.id());
        }
        after = null;
        while (which.has(Kind.message) && seen < MOST) {
            var batch = messages(which.channel(), after, BATCH);
            var chosen = batch.stream().filter(mayBe).toList();
            left += batch.size() - chosen.size();
            done += transactions.execute(
                    status -> chosen.stream().filter(withMessage).count());
            seen += batch.size();
            if (batch.size() < BATCH) {
                break;
            }
            var last = failure(batch.get(batch.size() - 1));
            after = new Place(last.since(), last.id());
        }
        return new Done(done, left, seen >= MOST);
    }

    private boolean retry(Stuck stuck) {
        // due now: the engine has put it off with each attempt
        journeys.inEngine(() -> management
                .setJobRetries(engine.getDefaultNumberOfRetries())
                .jobId(stuck.job())
                .dueDate(Date.from(clock.instant()))
                .execute());
        return true;
    }

    private boolean giveUp(Stuck stuck, String who, String reason) {
        operations.end(List.of(stuck.running()), "given up", who, reason);
        return true;
    }

    private boolean giveUp(FailedMessage message, String who, String reason) {
        return outbox.giveUp(message.id(), "given up by " + who + ": " + reason);
    }

    private Optional<FailedMessage> message(String id) {
        return name(Kind.message, id).flatMap(outbox::failed);
    }

    private Optional<Stuck> stuck(String id) {
        return name(Kind.journey, id)
                .flatMap(job -> jdbc.query(select() + " and J.ID_ = ?", (row, n) -> stuck(row), job.toString()).stream()
                        .findFirst());
    }

    private static Optional<UUID> name(Kind kind, String id) {
        try {
            var name = id.startsWith(kind + "-") ? id.substring(kind.name().length() + 1) : "";
            return Optional.of(UUID.fromString(name))
                    .filter(uuid -> uuid.toString().equals(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Of both lists those after a place: as old, ids of messages are greater than those of journeys. */
    private List<FailedMessage> messages(String channel, Place after, int limit) {
        if (after == null) {
            return outbox.failed(channel, null, null, limit);
        }
        var id = name(Kind.message, after.id()).orElse(new UUID(0, 0));
        return outbox.failed(channel, after.since(), id, limit);
    }

    private List<Stuck> stuck(String process, Place after, int limit) {
        var sql = new StringBuilder(select());
        var values = new ArrayList<Object>();
        if (process != null) {
            sql.append(" and J.PROCESS_DEF_KEY_ = ?");
            values.add(process);
        }
        if (after != null) {
            var since = Timestamp.from(after.since());
            sql.append(" and (I.INCIDENT_TIMESTAMP_ < ? or I.INCIDENT_TIMESTAMP_ = ? and J.ID_ < ?)");
            values.addAll(List.of(
                    since,
                    since,
                    name(Kind.journey, after.id()).map(UUID::toString).orElse("~")));
        }
        values.add(limit);
        return jdbc.query(
                sql + " order by I.INCIDENT_TIMESTAMP_ desc, J.ID_ desc limit ?",
                (row, n) -> stuck(row),
                values.toArray());
    }

    private static String select() {
        return "select J.ID_, J.PROCESS_INSTANCE_ID_, J.PROCESS_DEF_KEY_, P.VERSION_, E.BUSINESS_KEY_,"
                + " coalesce(J.FAILED_ACT_ID_, D.ACT_ID_) as STEP_, J.EXCEPTION_MSG_, I.INCIDENT_TIMESTAMP_" + STUCK;
    }

    private Stuck stuck(ResultSet row) throws SQLException {
        var process = row.getString("PROCESS_DEF_KEY_");
        var customer = Standings.customer(row.getString("BUSINESS_KEY_"));
        return new Stuck(
                row.getString("ID_"),
                new Running(row.getString("PROCESS_INSTANCE_ID_"), process, customer),
                new Failure(
                        Kind.journey + "-" + row.getString("ID_"),
                        Kind.journey,
                        customer,
                        process,
                        row.getInt("VERSION_"),
                        row.getString("STEP_"),
                        null,
                        null,
                        Standings.instant(row.getTimestamp("INCIDENT_TIMESTAMP_")),
                        engine.getDefaultNumberOfRetries(),
                        shortened(row.getString("EXCEPTION_MSG_")),
                        false));
    }

    private Failure failure(FailedMessage message) {
        return new Failure(
                Kind.message + "-" + message.id(),
                Kind.message,
                message.customer(),
                null,
                null,
                null,
                message.channel(),
                message.template(),
                message.since(),
                message.attempts(),
                shortened(message.error()),
                outbox.mayArriveTwice(message));
    }

    /** The first line, without what looks like a secret, an address or a number of a phone. */
    static String shortened(String error) {
        if (error == null) {
            return "";
        }
        var line = error.lines().findFirst().orElse("");
        // what is longer is not searched for patterns
        var bounded = line.length() > 4 * MAX_ERROR ? line.substring(0, 4 * MAX_ERROR) : line;
        var clean = PHONE.matcher(ADDRESS.matcher(SECRET.matcher(bounded).replaceAll("$1$2***"))
                        .replaceAll("***"))
                .replaceAll("***");
        return clean.length() > MAX_ERROR ? clean.substring(0, MAX_ERROR) : clean;
    }
}
