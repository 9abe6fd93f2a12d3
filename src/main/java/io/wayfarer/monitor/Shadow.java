package io.wayfarer.monitor;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Looks at customers after their batch is committed, in memory only. Of each UTC day it keeps at most {@value #A_DAY}
 * customers: those with the lowest hash of id and day (bottom-k, Cohen and Kaplan, Summarizing data using bottom-k sketches,
 * 2007), each at one moment. The moment is chosen as in training, by the toss of a coin at each event, so that what comes
 * after it has no say in it. What is seen here is scored by champion and challenger, and no decision reads it.
 */
@Component
class Shadow {

    static final int A_DAY = 500;

    /** Days that wait to be taken; older ones are dropped. */
    private static final int WAITING = 3;

    private static final double TAKEN = 1.0 / 3;
    private static final Duration FRESH = Duration.ofDays(1);
    private static final long SECONDS_A_DAY = 86_400;

    private final ModelStore store;
    private final List<List<Seen>> finished = new ArrayList<>();
    /** By hash. */
    private TreeMap<Long, Seen> today = new TreeMap<>();

    private int day = Integer.MIN_VALUE;

    Shadow(ModelStore store) {
        this.store = store;
    }

    /** @param now product time */
    synchronized void see(Collection<Customer> customers, Instant now) {
        if (store.contests().isEmpty()) {
            return;
        }
        turn(now);
        for (var customer : customers) {
            var at = customer.features().lastSeen();
            // what is imported or late is no live event: its horizon may have passed already
            if (at != null && !at.isBefore(now.minus(FRESH)) && !at.isAfter(now)) {
                see(customer, at);
            }
        }
    }

    private void see(Customer customer, Instant at) {
        var hash = new SplittableRandom(customer.id().hashCode() * 31L + day).nextLong();
        var isFull = today.size() >= A_DAY;
        if (isFull && hash > today.lastKey() || today.containsKey(hash) || !falls(customer.id(), at)) {
            return;
        }
        if (isFull) {
            today.pollLastEntry();
        }
        var vector = FeatureVector.of(customer, at);
        var scored = store.contests().values().stream()
                .filter(contest -> contest.challenger() != null && ModelCard.concerns(contest.name(), customer.stage()))
                .map(contest -> new Seen.Scored(
                        contest.name(),
                        contest.champion(),
                        contest.byChampion().applyAsDouble(vector),
                        contest.challenger(),
                        contest.byChallenger().applyAsDouble(vector)))
                .toList();
        today.put(hash, new Seen(customer.id(), day, at, customer.stage(), vector, scored));
    }

    private static boolean falls(UUID customer, Instant at) {
        return new SplittableRandom(customer.hashCode() * 31L + at.toEpochMilli()).nextDouble() < TAKEN;
    }

    /** The days that are over, each with whom was seen on it; they are given once. */
    synchronized List<List<Seen>> take(Instant now) {
        turn(now);
        var taken = List.copyOf(finished);
        finished.clear();
        return taken;
    }

    /** The same with today, for a program that ends. */
    synchronized List<List<Seen>> takeAll() {
        finish();
        return take(Instant.ofEpochSecond(day * SECONDS_A_DAY));
    }

    private void turn(Instant now) {
        var current = Math.toIntExact(Math.floorDiv(now.getEpochSecond(), SECONDS_A_DAY));
        if (current != day) {
            finish();
            day = current;
        }
    }

    private void finish() {
        if (!today.isEmpty()) {
            finished.add(List.copyOf(today.values()));
            today = new TreeMap<>();
        }
        if (finished.size() > WAITING) {
            finished.remove(0);
        }
    }
}
