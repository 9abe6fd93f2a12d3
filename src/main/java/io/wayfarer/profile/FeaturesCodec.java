package io.wayfarer.profile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;

/**
 * The stored form of {@link Features}: a format byte, then variable-length integers, so that the few counts of a usual
 * day take a few bytes. Times are microseconds.
 */
final class FeaturesCodec {

    private static final int FORMAT = 3;
    private static final int WITHOUT_SATISFACTION = 2;
    private static final int WITHOUT_BOUGHT = 1;

    /** Stands for the name of the event, since those are all orders. */
    private static final String BOUGHT = "";

    private FeaturesCodec() {}

    static byte[] encode(Features features) {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            writeCounts(out, features.lifetime, 0);
            writeLong(out, features.days.length);
            var previous = 0;
            for (int i = 0; i < features.days.length; i++) {
                writeSigned(out, features.days[i] - (long) previous);
                previous = features.days[i];
                writeCounts(out, features.counts, i * Features.METRICS);
            }
            writeTime(out, features.firstSeen);
            writeTime(out, features.lastSeen);
            writeTime(out, features.lastOrder);
            writeTime(out, features.cartCleared);
            writeRecent(out, features.recent);
            writeLong(out, features.cart.size());
            for (var item : features.cart) {
                writeText(out, item.product());
                writeText(out, item.title());
                writeText(out, item.url());
                out.writeDouble(item.price());
                writeLong(out, item.quantity());
                writeTime(out, item.at());
            }
            writeLong(out, features.lastDecided.size());
            for (var entry : features.lastDecided.entrySet()) {
                writeText(out, entry.getKey());
                writeTime(out, entry.getValue());
            }
            writeRecent(
                    out,
                    features.bought.stream()
                            .map(one -> new Features.Recent(one.at(), BOUGHT, one.product()))
                            .toList());
            writeLong(out, features.satisfaction().days.size());
            for (var day : features.satisfaction().days.entrySet()) {
                writeSigned(out, day.getKey());
                writeLong(out, day.getValue().observations());
                writeLong(out, day.getValue().weight());
                writeLong(out, day.getValue().points());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException when the bytes are not of the known format */
    static Features decode(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            var format = in.readByte();
            if (format < WITHOUT_BOUGHT || format > FORMAT) {
                throw new IllegalArgumentException("unknown format " + format + " of stored features");
            }
            var lifetime = new long[Features.METRICS];
            readCounts(in, lifetime, 0);
            var days = new int[(int) readLong(in)];
            var counts = new long[days.length * Features.METRICS];
            var day = 0;
            for (int i = 0; i < days.length; i++) {
                day += (int) readSigned(in);
                days[i] = day;
                readCounts(in, counts, i * Features.METRICS);
            }
            var firstSeen = readTime(in);
            var lastSeen = readTime(in);
            var lastOrder = readTime(in);
            var cartCleared = readTime(in);
            var recent = readRecent(in);
            var items = (int) readLong(in);
            var cart = new ArrayList<Features.CartItem>(items);
            for (int i = 0; i < items; i++) {
                cart.add(new Features.CartItem(
                        readText(in), readText(in), readText(in), in.readDouble(), (int) readLong(in), readTime(in)));
            }
            var actions = (int) readLong(in);
            var lastDecided = new TreeMap<String, Instant>();
            for (int i = 0; i < actions; i++) {
                lastDecided.put(readText(in), readTime(in));
            }
            var bought = format == WITHOUT_BOUGHT
                    ? List.<Features.Bought>of()
                    : readRecent(in).stream()
                            .map(one -> new Features.Bought(one.at(), one.product()))
                            .toList();
            var satisfaction = new TreeMap<Integer, Satisfaction.Said>();
            for (var left = format <= WITHOUT_SATISFACTION ? 0 : readLong(in); left > 0; left--) {
                satisfaction.put((int) readSigned(in), new Satisfaction.Said(readLong(in), readLong(in), readLong(in)));
            }
            return new Features(
                    days,
                    counts,
                    lifetime,
                    firstSeen,
                    lastSeen,
                    lastOrder,
                    cartCleared,
                    recent,
                    bought,
                    cart,
                    lastDecided,
                    new Satisfaction(satisfaction));
        } catch (IOException e) {
            throw new IllegalArgumentException("stored features cannot be read", e);
        }
    }

    /** A bit for each metric that is not zero, then those counts: metrics added later read as zero. */
    private static void writeCounts(DataOutputStream out, long[] counts, int from) throws IOException {
        var present = 0L;
        for (int m = 0; m < Features.METRICS; m++) {
            present |= counts[from + m] == 0 ? 0 : 1L << m;
        }
        writeLong(out, present);
        for (int m = 0; m < Features.METRICS; m++) {
            if (counts[from + m] != 0) {
                writeLong(out, counts[from + m]);
            }
        }
    }

    private static void readCounts(DataInputStream in, long[] counts, int from) throws IOException {
        var present = readLong(in);
        for (int m = 0; m < Features.METRICS; m++) {
            if ((present & 1L << m) != 0) {
                counts[from + m] = readLong(in);
            }
        }
    }

    private static void writeRecent(DataOutputStream out, List<Features.Recent> recent) throws IOException {
        var names = new ArrayList<String>();
        var index = new HashMap<String, Integer>();
        for (var one : recent) {
            for (var text : new String[] {one.name(), one.product()}) {
                if (text != null && index.putIfAbsent(text, names.size() + 1) == null) {
                    names.add(text);
                }
            }
        }
        writeLong(out, names.size());
        for (var name : names) {
            writeText(out, name);
        }
        writeLong(out, recent.size());
        var previous = 0L;
        for (var one : recent) {
            var micros = micros(one.at());
            writeSigned(out, previous - micros);
            previous = micros;
            writeLong(out, index.get(one.name()));
            writeLong(out, one.product() == null ? 0 : index.get(one.product()));
        }
    }

    private static List<Features.Recent> readRecent(DataInputStream in) throws IOException {
        var names = new String[(int) readLong(in)];
        for (int i = 0; i < names.length; i++) {
            names[i] = readText(in);
        }
        var size = (int) readLong(in);
        var recent = new ArrayList<Features.Recent>(size);
        var micros = 0L;
        for (int i = 0; i < size; i++) {
            micros -= readSigned(in);
            var name = names[(int) readLong(in) - 1];
            var product = (int) readLong(in);
            recent.add(new Features.Recent(time(micros), name, product == 0 ? null : names[product - 1]));
        }
        return recent;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    private static void writeTime(DataOutputStream out, Instant at) throws IOException {
        writeSigned(out, at == null ? Long.MIN_VALUE : micros(at));
    }

    private static Instant readTime(DataInputStream in) throws IOException {
        var micros = readSigned(in);
        return micros == Long.MIN_VALUE ? null : time(micros);
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static void writeSigned(DataOutputStream out, long value) throws IOException {
        writeLong(out, (value << 1) ^ (value >> 63));
    }

    private static long readSigned(DataInputStream in) throws IOException {
        var value = readLong(in);
        return (value >>> 1) ^ -(value & 1);
    }

    private static void writeLong(DataOutputStream out, long value) throws IOException {
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long readLong(DataInputStream in) throws IOException {
        var value = 0L;
        for (int shift = 0; shift < 64; shift += 7) {
            var b = in.readByte();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IOException("a stored number is longer than 64 bits");
    }
}
