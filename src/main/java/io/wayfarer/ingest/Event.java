package io.wayfarer.ingest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One thing a person did, or that happened to them, as every part of Wayfarer sees it, whatever channel brought it.
 *
 * @param id derived from source and messageId (see {@link #idOf}), so that what is delivered twice is one row
 * @param source which of our sources brought it, for example {@code segment:web} or {@code webhook:crm}
 * @param messageId the source's own id of the delivery
 * @param name what happened, in the words of Segment's specifications where one fits: {@code Product Viewed}
 * @param channel how the person was in touch: web, mobile, email, crm, server
 * @param at event time: when it happened, the sender's clock skew taken out
 * @param receivedAt product time of arrival
 * @param userId the business's own id of the person, or null
 * @param anonymousId id of a browser or device, or null
 * @param email lower-case address, or null
 * @param ids what else tells who it is, by kind: {@code phone} (E.164), {@code device}, or the name of a CRM whose id of
 *     the person it is, such as {@code hubspot}; never null
 * @param traits what is said about the person; never null
 * @param properties what is said about the happening, as it was said; never null
 * @param marks what cleaning found, beside what was said; never null
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Event(
        UUID id,
        String source,
        String messageId,
        String name,
        String channel,
        Instant at,
        Instant receivedAt,
        String userId,
        String anonymousId,
        String email,
        Map<String, String> ids,
        Map<String, Object> traits,
        Map<String, Object> properties,
        Map<String, Object> marks) {

    private static final Set<String> ABOUT_THINGS = Set.of("Product Changed", "Stock Changed");

    /** The source of what the catalogue tells those who looked at a product. */
    public static final String CATALOGUE = "catalogue";

    /** The source of moments that come by themselves. */
    public static final String OCCASIONS = "occasions";

    private static final Set<String> AROUND = Set.of(CATALOGUE, OCCASIONS);

    /** Properties that are amounts of money, in the currency that the property {@code currency} names. */
    public static final Set<String> AMOUNTS =
            Set.of("total", "revenue", "price", "value", "subtotal", "shipping", "tax", "discount");

    public Event {
        ids = ids == null ? Map.of() : ids;
        traits = traits == null ? Map.of() : traits;
        properties = properties == null ? Map.of() : properties;
        marks = marks == null ? Map.of() : marks;
    }

    /** The id of what {@code source} delivered as {@code messageId}: the first 128 bits of SHA-256, as a version 8 UUID. */
    public static UUID idOf(String source, String messageId) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(source.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            var bits = ByteBuffer.wrap(digest.digest(messageId.getBytes(StandardCharsets.UTF_8)));
            return new UUID(
                    (bits.getLong() & ~0xF000L) | 0x8000L,
                    (bits.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The property as text, or null when it is missing or not text or a number. */
    public String text(String property) {
        var value = properties.get(property);
        return value instanceof String || value instanceof Number ? value.toString() : null;
    }

    /** What the person said in words of their own: the property text, or comment; null when they said nothing. */
    public String words() {
        return Stream.of("text", "comment")
                .map(properties::get)
                .filter(words -> words instanceof String said && !said.isBlank())
                .map(String.class::cast)
                .findFirst()
                .orElse(null);
    }

    /**
     * The property as a number to count with, read from text too, or NaN when it is missing, no number or not finite.
     * Cleaning has its say: an amount is in the shop's currency, and what is too large to be believed is bounded.
     */
    public double number(String property) {
        var raw = toNumber(properties.get(property));
        if (marks.isEmpty()) {
            return raw;
        }
        var bound = bound(property);
        return bound != null ? toNumber(bound) : AMOUNTS.contains(property) ? inBase(raw) : raw;
    }

    /** False when cleaning found the property too large to be believed. */
    public boolean isPlausible(String property) {
        return bound(property) == null;
    }

    private Object bound(String property) {
        return marks.get(Marks.OUTLIERS) instanceof Map<?, ?> bounds ? bounds.get(property) : null;
    }

    /** An amount of this event in the shop's currency; NaN when nobody knows the rate. */
    public double inBase(double amount) {
        return marks.get(Marks.RATE) instanceof Map<?, ?> rate ? amount / toNumber(rate.get("rate")) : amount;
    }

    /** False for what is kept in the log only: it repeats another event, or no person made it. */
    public boolean counts() {
        return marks.isEmpty()
                || !marks.containsKey(Marks.DUPLICATE_OF)
                        && !Boolean.TRUE.equals(marks.get(Marks.BOT))
                        && !Boolean.TRUE.equals(marks.get(Marks.MACHINE));
    }

    /** False for what the shop or time alone brought: it is no sign of life, and nothing that the person did. */
    @JsonIgnore
    public boolean isByPerson() {
        return !AROUND.contains(source);
    }

    /** The same with other times and marks. */
    public Event with(Instant at, Instant receivedAt, Map<String, Object> marks) {
        return new Event(
                id,
                source,
                messageId,
                name,
                channel,
                at,
                receivedAt,
                userId,
                anonymousId,
                email,
                ids,
                traits,
                properties,
                marks);
    }

    /** A JSON value as a number: numbers and text that holds one; anything else, and what is not finite, is NaN. */
    public static double toNumber(Object value) {
        try {
            var number = value instanceof Number n
                    ? n.doubleValue()
                    : value instanceof String s && s.length() <= 40 ? Double.parseDouble(s) : Double.NaN;
            return Double.isInfinite(number) ? Double.NaN : number;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** True when it says by any of its ids who it is that did it, or to whom it happened. */
    public boolean namesAPerson() {
        return userId != null || anonymousId != null || email != null || !ids.isEmpty();
    }

    /** True for what the catalogue is told, and which is about no person: products and their stock. */
    @JsonIgnore
    public boolean isAboutAThing() {
        return ABOUT_THINGS.contains(name);
    }

    /**
     * What decides the order in which events are worked off: the events of one key are taken in order of arrival. A
     * browser's key is its anonymousId throughout, so that a sign-in does not move it to another partition.
     */
    public String orderKey() {
        if (anonymousId != null || userId != null) {
            return anonymousId != null ? anonymousId : userId;
        }
        return email != null
                ? email
                : ids.entrySet().stream()
                        .min(Map.Entry.comparingByKey())
                        .map(Map.Entry::toString)
                        .orElse(messageId);
    }
}
