package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Catalogue;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Imports.NamedMapping;
import io.wayfarer.ingest.Imports.RefusedRow;
import io.wayfarer.ingest.Imports.State;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.file.ImportStore.Counts;
import io.wayfarer.ingest.file.ImportStore.Job;
import io.wayfarer.ingest.file.Mapping.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Works files off in the background, one at a time, so that the rows of each come in their order. A chunk of rows is one
 * transaction: its events in the inbox, what was refused, and the position, so that after a crash the import goes on
 * where it was and nothing counts twice.
 */
@Component
class ImportWorker implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ImportWorker.class);

    /** Rows of one transaction, at least; an order is never divided. */
    private static final int CHUNK = 500;

    private static final int ATTEMPTS = 5;
    private static final Duration KEPT = Duration.ofDays(30);

    private final ImportStore store;
    private final Mappings mappings;
    private final ImportFolder folder;
    private final Inbox inbox;
    private final ObjectProvider<Catalogue> catalogue;
    private final TransactionTemplate transactions;
    private final Clock clock;

    private final Semaphore work = new Semaphore(0);
    private volatile CountDownLatch stopping = new CountDownLatch(1);
    private volatile Thread thread;

    ImportWorker(
            ImportStore store,
            Mappings mappings,
            ImportFolder folder,
            Inbox inbox,
            ObjectProvider<Catalogue> catalogue,
            PlatformTransactionManager transactionManager,
            Clock clock) {
        this.store = store;
        this.mappings = mappings;
        this.folder = folder;
        this.inbox = inbox;
        this.catalogue = catalogue;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
    }

    @Override
    public synchronized void start() {
        stopping = new CountDownLatch(1);
        thread = new Thread(this::loop, "imports");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void stop() {
        stopping.countDown();
        work.release();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null && !isStopping();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** There is something new to do. */
    void wake() {
        work.release();
    }

    private void loop() {
        while (!isStopping()) {
            try {
                for (var id : store.active()) {
                    if (!isStopping() && Files.exists(folder.of(id))) {
                        run(id);
                    }
                }
                store.forget(clock.instant().minus(KEPT)).forEach(folder::remove);
                work.tryAcquire(1, TimeUnit.SECONDS);
                work.drainPermits();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.warn("Imports are tried again: {}", e.toString());
                pause();
            }
        }
    }

    /** True when the program is to stop. */
    private boolean pause() {
        try {
            return stopping.await(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Works the import off, or goes as far as it can before the program stops. */
    void run(UUID id) {
        var job = store.job(id).orElse(null);
        if (job == null) {
            return;
        }
        var at = new AtomicLong(job.position());
        try {
            if (work(job, at)) {
                store.finish(id, State.done, null);
                folder.finished(id, job.dropped() ? job.file() : null, true);
            }
        } catch (Refusal refusal) {
            fail(job, refusal.getMessage());
        } catch (EOFException e) {
            fail(job, "the file breaks off after row " + at + ": is it whole?");
        } catch (IOException e) {
            fail(job, "the file cannot be read after row " + at + ": " + e.getMessage());
        } catch (DataAccessException | TransactionException e) {
            // the database may do better next time
            throw e;
        } catch (RuntimeException e) {
            log.error("Import {} fails", id, e);
            fail(job, "the file cannot be read after row " + at + ", which is an error of ours: " + e);
        }
        log.info("Import {}: {}", id, store.find(id).orElse(null));
    }

    private void fail(Job job, String error) {
        store.finish(job.id(), State.failed, error);
        folder.finished(job.id(), job.dropped() ? job.file() : null, false);
    }

    /** @return false when it was left off before the end */
    private boolean work(Job job, AtomicLong at) throws IOException {
        var named = job.mapping() != null
                ? new NamedMapping(job.mappingName(), job.mapping())
                : job.mappingName() != null
                        ? mappings.named(job.mappingName())
                        : mappings.fitting(job.file()).orElse(null);
        var reading = Reading.of(folder.of(job.id()), named, folder.maxUnpacked());
        var read = new AtomicLong();
        try (var rows = reading.rows(read::set)) {
            var events = new RowEvents(reading.mapping(), rows.header(), reading.source(), job.hash(), clock.instant());
            if (job.mapping() == null) {
                store.began(job.id(), reading.name(), reading.mapping(), rows.header());
            }
            var deliver = new Delivery(job.id(), reading.mapping().kind(), at);
            var chunk = new ArrayList<Outcome>();
            var inChunk = 0;
            var seen = at.get();
            for (var row = rows.next(); row != null; row = rows.next()) {
                at.set(Math.max(at.get(), row.number()));
                if (row.number() <= seen) {
                    continue;
                }
                for (var outcome : events.next(row)) {
                    chunk.add(outcome);
                    inChunk += outcome.rows();
                }
                if (inChunk >= CHUNK) {
                    if (!deliver.commit(chunk, read.get())) {
                        return false;
                    }
                    chunk.clear();
                    inChunk = 0;
                }
            }
            chunk.addAll(events.end());
            return deliver.commit(chunk, read.get());
        }
    }

    /** Brings the outcomes of one import to where they belong. */
    private final class Delivery {

        private final UUID id;
        private final Kind kind;
        private long position;

        Delivery(UUID id, Kind kind, AtomicLong from) {
            this.id = id;
            this.kind = kind;
            this.position = from.get();
        }

        /** @return false when the import is no longer ours, or the program stops */
        boolean commit(List<Outcome> chunk, long bytes) {
            if (!awaitRoom()) {
                return false;
            }
            if (chunk.isEmpty()) {
                return true;
            }
            var to = chunk.stream().mapToLong(Outcome::last).max().orElseThrow();
            for (int attempt = 1; ; attempt++) {
                try {
                    var done = transactions.execute(status -> {
                        if (!store.lock(id, position)) {
                            return false;
                        }
                        store.advance(id, to, bytes, deliver(chunk));
                        return true;
                    });
                    position = to;
                    return done;
                } catch (DataAccessException | TransactionException e) {
                    // among others: the same event came by another way at the same moment
                    if (attempt == ATTEMPTS || pause()) {
                        throw e;
                    }
                }
            }
        }

        private boolean awaitRoom() {
            if (!inbox.isFull()) {
                return !isStopping();
            }
            if (!store.show(id, State.waiting)) {
                return false;
            }
            while (inbox.isFull()) {
                if (pause()) {
                    return false;
                }
            }
            return store.show(id, State.running);
        }

        private Counts deliver(List<Outcome> chunk) {
            var refused = new ArrayList<RefusedRow>();
            var made = new LinkedHashMap<UUID, Outcome>();
            var duplicate = 0L;
            for (var outcome : chunk) {
                if (outcome.event() == null) {
                    refused.addAll(outcome.refused());
                } else if (made.putIfAbsent(outcome.event().id(), outcome) != null) {
                    duplicate += outcome.rows();
                }
            }
            if (!refused.isEmpty()) {
                store.keepRefused(id, refused);
            }
            var accepted = 0L;
            var events = 0L;
            var fresh = kind == Kind.products ? take(made) : add(made);
            for (var outcome : made.values()) {
                if (fresh.contains(outcome.event().id())) {
                    accepted += outcome.rows();
                    events++;
                } else {
                    duplicate += outcome.rows();
                }
            }
            return new Counts(accepted, duplicate, refused.size(), events);
        }

        /** Puts the events into the inbox; the ids of those that are new. */
        private HashSet<UUID> add(LinkedHashMap<UUID, Outcome> made) {
            var fresh = new HashSet<>(made.keySet());
            if (fresh.isEmpty()) {
                return fresh;
            }
            fresh.removeAll(inbox.seen(made.keySet()));
            var events = events(made).stream()
                    .filter(event -> fresh.contains(event.id()))
                    .toList();
            if (!events.isEmpty() && inbox.accept(events).stored() < events.size()) {
                // one may be a duplicate in another way than by its id
                fresh.retainAll(inbox.seen(fresh));
            }
            return fresh;
        }

        private HashSet<UUID> take(LinkedHashMap<UUID, Outcome> made) {
            if (!made.isEmpty()) {
                catalogue.getObject().accept(events(made));
            }
            return new HashSet<>(made.keySet());
        }

        private static List<Event> events(LinkedHashMap<UUID, Outcome> made) {
            return made.values().stream().map(Outcome::event).toList();
        }
    }
}
