package io.wayfarer.console;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Throttles guessing of passwords: so many failures of one user from one address, and of one address for all users, and
 * then none is taken until the window ends. A name that no user has is counted like any other. A user is not locked out
 * for all addresses, since then a stranger could lock them out.
 */
final class Attempts {

    static final Duration WINDOW = Duration.ofMinutes(5);
    static final int PER_USER_AND_ADDRESS = 5;
    static final int PER_ADDRESS = 50;
    static final int REMEMBERED = 10_000;

    private record Failures(int count, long since) {}

    private final LongSupplier nanos;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** @param nanos a real clock that only goes forward, such as {@link System#nanoTime} */
    Attempts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Asks for one more try, and counts it as failed until {@link #succeeded} says otherwise: tries made at the same
     * moment are counted before any of them is answered.
     *
     * @return how long to wait before the next try; zero when this one may be made
     */
    synchronized Duration begin(String user, String address) {
        var network = network(address);
        var wait = longer(wait(network, PER_ADDRESS), wait(pair(user, network), PER_USER_AND_ADDRESS));
        if (wait.isZero()) {
            count(network, 1);
            count(pair(user, network), 1);
        }
        return wait;
    }

    /** The try was right: the user's failures from the address are forgotten, those for other users are not. */
    synchronized void succeeded(String user, String address) {
        var network = network(address);
        failures.remove(pair(user, network));
        count(network, -1);
    }

    synchronized int remembered() {
        return failures.size();
    }

    private Duration wait(String key, int limit) {
        var known = current(key);
        return known.count < limit ? Duration.ZERO : WINDOW.minusNanos(nanos.getAsLong() - known.since);
    }

    private void count(String key, int change) {
        var known = current(key);
        failures.put(key, new Failures(Math.max(0, known.count + change), known.since));
    }

    private Failures current(String key) {
        var now = nanos.getAsLong();
        var known = failures.get(key);
        return known == null || now - known.since >= WINDOW.toNanos() ? new Failures(0, now) : known;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static String pair(String user, String network) {
        return network + ' ' + user;
    }

    /** One IPv6 line has 2^64 addresses: they count as one. */
    private static String network(String address) {
        if (address == null || address.indexOf(':') < 0) {
            return String.valueOf(address);
        }
        try {
            return Arrays.toString(Arrays.copyOf(InetAddress.getByName(address).getAddress(), 8));
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
