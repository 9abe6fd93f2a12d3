package io.wayfarer.act;

import io.wayfarer.catalogue.Product;
import io.wayfarer.catalogue.Products;
import io.wayfarer.profile.Customer;
import io.wayfarer.risk.Reviews;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The one gate for everything that is sent. It collects what the gates must know of many messages, by one statement for each
 * kind of knowledge, and asks the rules; it decides nothing itself.
 */
@Component
class Arbiter {

    /**
     * What is to be done with a message.
     *
     * @param verdicts what each gate said, up to the first that did not let it pass
     * @param status queued when it passes; deferred, dropped, or failed when the rules have no answer
     * @param due when to ask again, if it is deferred; null otherwise
     */
    record Ruling(List<Verdict> verdicts, String status, Instant due) {

        boolean passes() {
            return status.equals(Message.QUEUED);
        }
    }

    record Judged(Messages.Outgoing message, Ruling ruling) {}

    /** Messages that were sent longer ago count for no cap. */
    static final Duration LONGEST_WINDOW = Duration.ofDays(30);

    private final Guardrails guardrails;
    private final Messages messages;
    private final Templates templates;
    private final Suppressions suppressions;
    private final Reviews reviews;
    private final Channels channels;
    private final Products products;
    private final Holidays holidays;
    private final Budget budget;
    private final Sitting.Home home;

    Arbiter(
            Guardrails guardrails,
            Messages messages,
            Templates templates,
            Suppressions suppressions,
            Reviews reviews,
            Channels channels,
            Products products,
            Holidays holidays,
            Budget budget,
            @Value("${wayfarer.zone}") ZoneId zone,
            @Value("${wayfarer.country}") String country) {
        this.guardrails = guardrails;
        this.messages = messages;
        this.templates = templates;
        this.suppressions = suppressions;
        this.reviews = reviews;
        this.channels = channels;
        this.products = products;
        this.holidays = holidays;
        this.budget = budget;
        this.home = new Sitting.Home(zone, country);
    }

    /**
     * Judges messages of one channel, those of a higher priority first, in the caller's transaction.
     *
     * @param customers by the id that the messages have; those who are not there any more are missing
     * @return in the order in which they were judged. What passes counts as sent for those after it
     */
    List<Judged> judge(
            Channels.Channel channel,
            Collection<Messages.Outgoing> outgoing,
            Map<UUID, Customer> customers,
            Instant now) {
        var ids = outgoing.stream().map(Messages.Outgoing::customer).collect(Collectors.toCollection(HashSet::new));
        customers.values().forEach(customer -> ids.add(customer.id()));
        var addresses = customers.values().stream()
                .map(channel::addressOf)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        var purse = budget.open(channel.name(), now);
        var known = new Sitting.Known(
                customers,
                suppressions.among(addresses),
                reviews.newest(ids),
                new HashMap<>(),
                soldOut(outgoing, customers),
                purse);
        for (var one : messages.neighbours(ids, now.minus(LONGEST_WINDOW), now)) {
            // what a channel that is not set up any more left behind holds up nobody
            if (!one.isWaiting() || channels.has(one.channel())) {
                known.neighbours()
                        .computeIfAbsent(known.idNow(one.customer()), id -> new ArrayList<>())
                        .add(one);
            }
        }
        var judged = new Sitting(guardrails, templates, holidays, home, channel, known, now).judge(outgoing);
        budget.close(purse);
        return judged;
    }

    private Set<String> soldOut(Collection<Messages.Outgoing> outgoing, Map<UUID, Customer> customers) {
        var offered = outgoing.stream()
                .filter(message ->
                        templates.claim(message.template()).needsStock() && customers.containsKey(message.customer()))
                .flatMap(message ->
                        Shown.by(templates.needs(message.template()), message, customers.get(message.customer()))
                                .stream())
                .collect(Collectors.toSet());
        return offered.isEmpty()
                ? Set.of()
                : products.find(offered).values().stream()
                        .filter(product -> Boolean.FALSE.equals(product.available()))
                        .map(Product::id)
                        .collect(Collectors.toSet());
    }
}
