package io.wayfarer.time;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Version 7 UUIDs (RFC 9562): rows written together lie together in an index. */
public final class TimeOrderedId {

    private TimeOrderedId() {}

    /**
     * A new id: 48 bits of milliseconds, 12 bits of their fraction, then 62 random bits, so that ids of one clock are in
     * the order of its microseconds. Not a secret: it can be guessed.
     */
    public static UUID at(Instant now) {
        var fraction = now.getNano() % 1_000_000 * 4096L / 1_000_000;
        return of(now, fraction, ThreadLocalRandom.current().nextLong());
    }

    /** The id that the same moment and seed always give, for records that must come out the same when recomputed. */
    public static UUID derived(Instant now, UUID seed, int number) {
        return of(now, mix(seed.getMostSignificantBits() + number), mix(seed.getLeastSignificantBits() ^ number));
    }

    private static UUID of(Instant now, long a, long b) {
        return new UUID(
                now.toEpochMilli() << 16 | 0x7000L | a & 0x0FFFL, b & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long value) {
        var z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
