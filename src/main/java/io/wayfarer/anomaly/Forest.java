package io.wayfarer.anomaly;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import java.time.Instant;
import java.util.List;

/** What was learnt of orders and refunds, with where it comes from. Immutable, and safe for use by several threads. */
public final class Forest {

    /** From fewer orders and refunds nothing is learnt. */
    public static final int ENOUGH = IsolationForest.SAMPLE;

    private static final long SEED = 42;

    /**
     * Where a forest comes from.
     *
     * @param learntAt product time
     * @param from event time of the first order or refund
     * @param to of the last
     * @param seen how many orders and refunds there were
     * @param rows how many of these it was learnt from
     * @param seed of all that is random in it
     */
    public record Card(Instant learntAt, Instant from, Instant to, long seen, int rows, long seed) {}

    private final String version;
    private final Card card;
    private final IsolationForest trees;

    /** @param version content-addressed */
    Forest(String version, Card card, IsolationForest trees) {
        this.version = version;
        this.card = card;
        this.trees = trees;
    }

    public String version() {
        return version;
    }

    public Card card() {
        return card;
    }

    /** How unlike others an order or a refund is, see {@link Behaviour#of}. */
    public Anomaly judge(Customer before, Customer customer, Event event) {
        return trees.judge(Behaviour.of(before, customer, event), "isolation-forest:" + version);
    }

    /** The card of what is learnt now from rows of {@link Behaviour}. */
    static Card card(Instant now, Instant from, Instant to, long seen, List<double[]> rows) {
        return new Card(now, from, to, seen, rows.size(), SEED);
    }
}
