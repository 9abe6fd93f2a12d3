package io.wayfarer.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An even choice of so many of all that comes by, seeded (Vitter, Random Sampling with a Reservoir, 1985, algorithm R). */
public final class Reservoir<T> {

    private final int limit;
    private final Random random;
    private final List<T> kept = new ArrayList<>();
    private long seen;

    public Reservoir(int limit, long seed) {
        this.limit = limit;
        this.random = new Random(seed);
    }

    public void add(T one) {
        seen++;
        if (kept.size() < limit) {
            kept.add(one);
        } else {
            var place = (long) (random.nextDouble() * seen);
            if (place < limit) {
                kept.set((int) place, one);
            }
        }
    }

    public List<T> kept() {
        return kept;
    }

    /** How many came by. */
    public long seen() {
        return seen;
    }
}
