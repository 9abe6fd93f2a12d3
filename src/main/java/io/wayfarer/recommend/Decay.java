package io.wayfarer.recommend;

import java.time.Duration;
import java.time.Instant;

/** What is older counts less: half of it after each half-life. */
record Decay(Duration halfLife) {

    /** From 0 to 1; what lies after {@code now} counts as of now. */
    double weight(Instant at, Instant now) {
        var age = Math.max(0, now.toEpochMilli() - at.toEpochMilli());
        return Math.pow(2, -(double) age / halfLife.toMillis());
    }
}
