package io.wayfarer.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * The simulated people: so many at once, and somebody new whenever somebody has left for good. Each is a {@link Visitor},
 * whose behaviour is described there. Pure: from the same seed and beginning, asked for the same stretch of time, come
 * the same deeds, except for what mails make people do.
 */
final class Crowd {

    /** Something that a person is going to do. */
    record Due(Instant at, Visitor who, Visitor.Why why, String about) {}

    /** Nothing that begins takes longer. */
    static final Duration LONGEST = Duration.ofHours(1);

    /** The first people come one after the other, in the course of this time. */
    private static final Duration ARRIVALS = Duration.ofDays(20);

    private final Catalogue catalogue;
    private final long seed;
    private final Instant beginning;
    private final Random random;
    private final PriorityQueue<Due> agenda = new PriorityQueue<>(
            Comparator.comparing(Due::at).thenComparing(due -> due.who().number()));
    private final Map<String, Visitor> byEmail = new HashMap<>();
    private int people;

    /**
     * @param people how many there are at once
     * @param beginning product time at which the first come
     */
    Crowd(Catalogue catalogue, long seed, int people, Instant beginning) {
        this.catalogue = catalogue;
        this.seed = seed;
        this.beginning = beginning;
        this.random = new Random(seed);
        for (int i = 0; i < people; i++) {
            arrive(beginning.plusMillis((long) (random.nextDouble() * ARRIVALS.toMillis())));
        }
    }

    private void arrive(Instant at) {
        var visitor = new Visitor(catalogue, seed, ++people, beginning);
        byEmail.put(visitor.email(), visitor);
        agenda.add(new Due(visitor.awake(at), visitor, Visitor.Why.VISIT, null));
    }

    /** People so far, those who have left included. */
    synchronized int people() {
        return people;
    }

    /** All that is done until then, in order of time; what began less than an hour before is told the next time. */
    synchronized List<Deed> until(Instant end) {
        var deeds = new ArrayList<Deed>();
        var latest = end.minus(LONGEST);
        while (!agenda.isEmpty() && !agenda.peek().at().isAfter(latest)) {
            var due = agenda.poll();
            due.who().act(due, deeds, agenda);
            if (due.who().hasLeft()) {
                byEmail.remove(due.who().email());
                agenda.removeIf(other -> other.who() == due.who());
                arrive(due.at().plusMillis((long)
                        (random.nextExponential() * Duration.ofDays(1).toMillis())));
            }
        }
        deeds.sort(Comparator.comparing(Deed::at));
        return deeds;
    }

    /** A mail has come for somebody: they may open it, come back for it, or want no more of them. */
    synchronized void read(Mail mail) {
        var reader = byEmail.get(mail.to());
        if (reader != null) {
            reader.receive(mail, agenda);
        }
    }
}
