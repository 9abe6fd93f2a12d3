package io.wayfarer.demo;

import java.time.Instant;
import java.util.Map;

/** What a simulated person does that the product hears of, by the way it hears it. */
sealed interface Deed {

    /** Product time. */
    Instant at();

    /** A message to the collector, as Segment's tracking API has it, all but its time. */
    record Message(Instant at, Map<String, Object> body) implements Deed {}

    /**
     * A delivery of the shop's ERP.
     *
     * @param type dotted: {@code order.completed}
     */
    record Delivery(Instant at, String id, String type, Map<String, Object> data) implements Deed {}

    /** A mail to the shop. */
    record Letter(Instant at, String name, String email, String subject, String text) implements Deed {}

    /** A click on the link that ends the mails. */
    record Unsubscribe(Instant at, String link) implements Deed {}
}
