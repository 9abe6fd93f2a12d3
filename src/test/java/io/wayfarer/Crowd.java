package io.wayfarer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A seeded stream of tracking calls as a shop's pages send them, for measurements and for the crash test: mostly views,
 * one in fifty puts something in the cart, one in a hundred is an order. Person i is user-i, agrees to marketing mail and
 * lives in UTC.
 */
public final class Crowd {

    private static final String[] PRODUCTS = {"tent", "stove", "lamp", "rope", "boots", "map", "flask", "tarp"};

    private final Random random;
    private final int people;
    private final String run;
    private int sent;

    public Crowd(long seed, int people, String run) {
        this.random = new Random(seed);
        this.people = people;
        this.run = run;
    }

    /** The body of a /v1/batch call with {@code size} messages, all of them new. */
    public String batch(int size, Instant now) {
        var messages = new ArrayList<String>(size);
        for (int i = 0; i < size; i++) {
            messages.add(message(now));
        }
        return body(messages, now);
    }

    /** The body of a /v1/batch call in which each person of the range says who they are. */
    public String identify(int from, int to, Instant now) {
        var messages = new ArrayList<String>(to - from);
        for (int person = from; person < to; person++) {
            messages.add(
                    """
                    {"type":"identify","messageId":"%s-i%d","userId":"user-%d","timestamp":"%s",\
                    "traits":{"email":"user-%d@example.org","name":"User %d","timezone":"Etc/UTC",\
                    "consent":{"marketing":true}}}"""
                            .formatted(run, person, person, now, person, person));
        }
        return body(messages, now);
    }

    /** Messages made so far by {@link #batch}. */
    public int sent() {
        return sent;
    }

    private String message(Instant now) {
        var person = random.nextInt(people);
        var product = PRODUCTS[random.nextInt(PRODUCTS.length)];
        var dice = random.nextInt(100);
        var id = run + "-" + sent++;
        var head = "{\"type\":\"track\",\"messageId\":\"%s\",\"userId\":\"user-%d\",\"timestamp\":\"%s\",\"event\":"
                .formatted(id, person, now);
        var about = "\"product_id\":\"%s\",\"name\":\"A good %s\",\"price\":%d,\"url\":\"https://shop.example/%s\""
                .formatted(product, product, 20 + product.length() * 7, product);
        if (dice < 1) {
            return head + "\"Order Completed\",\"properties\":{\"order_id\":\"o-" + id + "\",\"total\":59.5}}";
        }
        if (dice < 3) {
            return head + "\"Product Added\",\"properties\":{\"quantity\":1," + about + "}}";
        }
        if (dice < 60) {
            return head + "\"Product Viewed\",\"properties\":{" + about + "}}";
        }
        return head + "\"Page Left\",\"properties\":{\"path\":\"/p/" + product + "\",\"dwell\":" + random.nextInt(90)
                + "}}";
    }

    private static String body(List<String> messages, Instant now) {
        return "{\"sentAt\":\"" + now + "\",\"batch\":[" + String.join(",", messages) + "]}";
    }
}
