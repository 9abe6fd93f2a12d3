package io.wayfarer.journey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.journey.Standings.Running;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import io.wayfarer.time.TimeOrderedId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.migration.MigratingProcessInstanceValidationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes all that run in one version to another, or ends them, in small transactions in the background. A node that works on it
 * says so again and again; when it stops doing so, any node goes on from where it was.
 */
@Component
public class Migrations implements DisposableBean {

    /** Somebody who could not be moved, and why. */
    @Schema(name = "MigrationFailed")
    public record Failed(UUID customer, String instance, String why) {}

    /**
     * A migration, as people may follow it.
     *
     * @param to null when all are ended
     * @param status running or done
     * @param total how many ran in the version when it began
     * @param moved how many were moved, or ended, until now
     * @param failed how many could not be, and stay as they were
     * @param failures the first of them
     */
    public record Migration(
            UUID id,
            String process,
            int from,
            Integer to,
            String plan,
            Map<String, String> steps,
            String who,
            String reason,
            String status,
            int total,
            int moved,
            int failed,
            List<Failed> failures,
            Instant startedAt,
            Instant endedAt) {}

    /** It does not go with what is there now; the message says what. */
    public static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    /** What is done with one batch; {@code instances} are some of one version. */
    private interface Work {
        void with(List<Running> instances);
    }

    private static final int BATCH = 50;
    private static final int TRIES = 3;
    /** As many who could not be moved are kept by name. */
    private static final int NAMED = 200;

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final TypeReference<Map<String, String>> STEPS = new TypeReference<>() {};
    private static final TypeReference<List<Failed>> FAILURES = new TypeReference<>() {};
    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    private final Versions versions;
    private final Operations operations;
    private final Standings standings;
    private final JourneyStates states;
    private final RuntimeService runtime;
    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final TransactionTemplate transactions;
    private final ProductClock clock;
    private final BackgroundWork work;

    Migrations(
            Versions versions,
            Operations operations,
            Standings standings,
            JourneyStates states,
            RuntimeService runtime,
            JdbcTemplate jdbc,
            ObjectMapper json,
            PlatformTransactionManager transactionManager,
            ProductClock clock) {
        this.versions = versions;
        this.operations = operations;
        this.standings = standings;
        this.states = states;
        this.runtime = runtime;
        this.jdbc = jdbc;
        this.json = json;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
        this.work = new BackgroundWork("journey-migrations", clock);
    }

    /**
     * Begins the migration that was previewed, in the caller's transaction.
     *
     * @param plan what the preview called it
     * @throws Versions.Unusable when there is no such version or step
     * @throws Refused when the plan is another one now, is impossible, or one is running for the version
     */
    public Migration begin(
            String process, int from, int to, Map<String, String> steps, String plan, String who, String reason) {
        var preview = versions.preview(process, from, to, steps, 0);
        if (!preview.problems().isEmpty()) {
            throw new Refused("the plan is impossible: " + String.join("; ", preview.problems()));
        }
        if (!preview.plan().equals(plan)) {
            throw new Refused("the plan is not the one that was previewed any more: look at it again");
        }
        return insert(process, from, to, steps, plan, who, reason);
    }

    /**
     * Begins to end all that run in a version, in the caller's transaction.
     *
     * @throws Versions.Unusable when there is no such version
     * @throws Refused when something is done with the version already
     */
    public Migration end(String process, int version, String who, String reason) {
        return insert(process, version, null, Map.of(), "end", who, reason);
    }

    private Migration insert(
            String process, int from, Integer to, Map<String, String> steps, String plan, String who, String reason) {
        var definition = versions.definition(process, from)
                .orElseThrow(() -> new Versions.Unusable("version", "must be a version of " + process));
        // of two who begin at once the second one sees the first
        states.lock(process);
        var busy = jdbc.queryForObject(
                "select count(*) from journey_migration where process = ? and from_version = ? and status = 'running'",
                Long.class,
                process,
                from);
        if (busy > 0) {
            throw new Refused("those in version " + from + " are being moved or ended already");
        }
        var now = clock.instant();
        var id = TimeOrderedId.at(now);
        var total = runtime.createProcessInstanceQuery()
                .processDefinitionId(definition.getId())
                .count();
        jdbc.update(
                "insert into journey_migration (id, process, from_version, to_version, plan, steps, who, reason, status, total,"
                        + " moved, failed, failures, last_instance, started_at, alive_until)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, 0, 0, '[]', '', ?, current_timestamp)",
                id,
                process,
                from,
                to,
                plan,
                write(new TreeMap<>(steps)),
                who,
                reason,
                total,
                now.atOffset(ZoneOffset.UTC));
        return find(id).orElseThrow();
    }

    public Optional<Migration> find(UUID id) {
        return jdbc.query("select * from journey_migration where id = ?", (row, n) -> migration(row), id).stream()
                .findFirst();
    }

    /** Of a process, the newest first, those before {@code after}. */
    public List<Migration> list(String process, int limit, UUID after) {
        return jdbc.query(
                "select * from journey_migration where process = ? and id < ? order by id desc limit ?",
                (row, n) -> migration(row),
                process,
                after == null ? new UUID(-1, -1) : after,
                limit);
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        work.beside(EVERY, () -> {
            try {
                work();
            } catch (RuntimeException e) {
                // nothing is lost: it is taken up again when its time has run out
                log.warn("A migration was interrupted: {}", e.toString());
            }
        });
    }

    @Override
    public void destroy() throws InterruptedException {
        work.close();
    }

    /** Does all that is to be done and that no other node is at. */
    void work() {
        var open = jdbc.queryForList(
                "select id from journey_migration where status = 'running' and alive_until <= current_timestamp order by id",
                UUID.class);
        for (var id : open) {
            if (alive(id)) {
                carryOut(id);
            }
        }
    }

    /** Takes it for a minute, by the database's clock; false when another node did. */
    private boolean alive(UUID id) {
        return 1
                == jdbc.update(
                        "update journey_migration set alive_until = current_timestamp + interval '1' minute"
                                + " where id = ? and status = 'running' and alive_until <= current_timestamp",
                        id);
    }

    private void carryOut(UUID id) {
        var migration = find(id).orElseThrow();
        var source = versions.definition(migration.process(), migration.from()).orElseThrow();
        var what = what(migration);
        var last = jdbc.queryForObject("select last_instance from journey_migration where id = ?", String.class, id);
        while (true) {
            work.stopIfCancelled();
            var batch = standings.after(source.getId(), migration.process(), last, BATCH);
            if (batch.isEmpty()) {
                break;
            }
            last = batch.get(batch.size() - 1).instance();
            var reached = last;
            var failures = new ArrayList<Failed>();
            try {
                transactions.executeWithoutResult(status -> {
                    what.with(batch);
                    keep(id, reached, batch.size(), List.of());
                });
            } catch (ProcessEngineException | TransientDataAccessException e) {
                // one of them cannot be, or was busy at that moment: which one is found out one by one
                for (var one : batch) {
                    var why = alone(what, one);
                    if (why != null) {
                        failures.add(new Failed(one.customer(), one.instance(), why));
                    }
                }
                keep(id, reached, batch.size() - failures.size(), failures);
            }
        }
        jdbc.update(
                "update journey_migration set status = 'done', ended_at = ? where id = ?",
                clock.instant().atOffset(ZoneOffset.UTC),
                id);
        var done = find(id).orElseThrow();
        log.info(
                "{} version {}: {} of {} {}, {} could not be",
                done.process(),
                done.from(),
                done.moved(),
                done.total(),
                done.to() == null ? "ended" : "moved to version " + done.to(),
                done.failed());
    }

    private Work what(Migration migration) {
        if (migration.to() == null) {
            return batch -> operations.end(batch, "ended", migration.who(), migration.reason());
        }
        var planned = versions.plan(
                versions.definition(migration.process(), migration.from()).orElseThrow(),
                versions.definition(migration.process(), migration.to()).orElseThrow(),
                migration.steps());
        return batch ->
                versions.move(planned, batch.stream().map(Running::instance).toList());
    }

    /** Null when it worked, or there is nothing to do any more; else why not. */
    private String alone(Work what, Running one) {
        for (int attempt = 1; ; attempt++) {
            try {
                transactions.executeWithoutResult(status -> {
                    if (runtime.createProcessInstanceQuery()
                                    .processInstanceId(one.instance())
                                    .count()
                            > 0) {
                        what.with(List.of(one));
                    }
                });
                return null;
            } catch (MigratingProcessInstanceValidationException e) {
                return why(e);
            } catch (OptimisticLockingException | TransientDataAccessException e) {
                if (attempt == TRIES) {
                    return "it was going on at the same moment, " + TRIES + " times";
                }
            } catch (ProcessEngineException e) {
                return Failures.shortened(e.getMessage());
            }
        }
    }

    private static String why(MigratingProcessInstanceValidationException e) {
        var report = e.getValidationReport();
        var where = new ArrayList<String>();
        report.getActivityInstanceReports()
                .forEach(one -> where.add(one.getSourceScopeId() + ": " + String.join(" ", one.getFailures())));
        report.getTransitionInstanceReports()
                .forEach(one -> where.add(one.getSourceScopeId() + ": " + String.join(" ", one.getFailures())));
        where.addAll(report.getFailures());
        return Failures.shortened(String.join("; ", where));
    }

    private void keep(UUID id, String last, int moved, List<Failed> failures) {
        var known = jdbc.queryForObject("select failures from journey_migration where id = ?", String.class, id);
        var all = new ArrayList<>(read(known, FAILURES));
        failures.stream().limit(Math.max(0, NAMED - all.size())).forEach(all::add);
        jdbc.update(
                "update journey_migration set moved = moved + ?, failed = failed + ?, failures = ?, last_instance = ?,"
                        + " alive_until = current_timestamp + interval '1' minute where id = ?",
                moved,
                failures.size(),
                write(all),
                last,
                id);
    }

    private Migration migration(ResultSet row) throws SQLException {
        var to = row.getInt("to_version");
        var ended = row.getObject("ended_at", OffsetDateTime.class);
        return new Migration(
                row.getObject("id", UUID.class),
                row.getString("process"),
                row.getInt("from_version"),
                to == 0 ? null : to,
                row.getString("plan"),
                read(row.getString("steps"), STEPS),
                row.getString("who"),
                row.getString("reason"),
                row.getString("status"),
                row.getInt("total"),
                row.getInt("moved"),
                row.getInt("failed"),
                read(row.getString("failures"), FAILURES),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant());
    }

    private <T> T read(String body, TypeReference<T> type) {
        try {
            return json.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored migration cannot be read", e);
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
