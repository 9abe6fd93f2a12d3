package io.wayfarer.journey;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What journeys and people make happen, as events of the customer in the inbox, in the caller's transaction: a profile has
 * no other way in.
 */
@Component
class Reports {

    static final String SOURCE = "journey";

    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private final Inbox inbox;
    private final Customers customers;
    private final Clock clock;

    Reports(Inbox inbox, Customers customers, Clock clock) {
        this.inbox = inbox;
        this.customers = customers;
        this.clock = clock;
    }

    /** @param message what tells it apart: the same again is one event */
    void report(
            UUID customer,
            String message,
            String name,
            Map<String, Object> traits,
            Map<String, Object> properties,
            Map<String, Object> marks) {
        var surest = customers.find(customer).flatMap(customers::surest);
        if (surest.isEmpty()) {
            log.info("{} is not kept: customer {} is not known any more", name, customer);
            return;
        }
        var identity = surest.get();
        var now = clock.instant();
        inbox.accept(List.of(new Event(
                Event.idOf(SOURCE, message),
                SOURCE,
                message,
                name,
                "server",
                now,
                now,
                identity.as(Identity.Kind.userId),
                identity.as(Identity.Kind.anonymousId),
                identity.as(Identity.Kind.email),
                identity.ids(),
                traits,
                properties,
                marks)));
    }
}
