package io.wayfarer.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The clock that every part of the product reads. At speed 1 it is the system's clock; at a greater speed its time runs
 * that many times faster, from where it stood when the program was last seen running, so that it never goes back.
 */
public final class ProductClock extends Clock {

    private final Clock real;
    private final Instant realStart;
    private final Instant start;
    private final double speed;
    private final ZoneId zone;

    /** A clock at speed 1: the system's own time, in UTC. */
    public static ProductClock real() {
        return new ProductClock(Clock.systemUTC(), 1, Instant.EPOCH);
    }

    /**
     * @param real the clock it is driven by
     * @param speed product seconds to one real second; 1 or more
     * @param notBefore product time at the start is this or the real time, whichever is later; ignored at speed 1
     */
    public ProductClock(Clock real, double speed, Instant notBefore) {
        this(real, real.instant(), later(real.instant(), notBefore), speed, ZoneOffset.UTC);
        if (!(speed >= 1)) {
            throw new IllegalArgumentException("wayfarer.clock.speed must be 1 or more, not " + speed);
        }
    }

    private ProductClock(Clock real, Instant realStart, Instant start, double speed, ZoneId zone) {
        this.real = real;
        this.realStart = realStart;
        this.start = start;
        this.speed = speed;
        this.zone = zone;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** Product seconds to one real second. */
    public double speed() {
        return speed;
    }

    /** How long a product duration takes in real time. */
    public Duration inRealTime(Duration product) {
        return Duration.ofNanos((long) (product.toNanos() / speed));
    }

    @Override
    public Instant instant() {
        if (speed == 1) {
            return real.instant();
        }
        var elapsed = Duration.between(realStart, real.instant());
        return start.plusNanos((long) (elapsed.toMillis() * speed * 1_000_000));
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new ProductClock(real, realStart, start, speed, other);
    }
}
