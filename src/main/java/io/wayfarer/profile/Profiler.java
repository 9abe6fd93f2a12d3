package io.wayfarer.profile;

import io.wayfarer.ingest.Event;
import java.util.Map;
import java.util.Set;

/** What one event says of a person: a pure function, the same live, in replay and in training. */
public final class Profiler {

    private static final Set<String> NOT_TRAITS = Set.of("consent", "id", "email");
    private static final int MAX_TOPICS = 20;
    private static final int MAX_TOPIC_LENGTH = 40;

    private Profiler() {}

    /** The customer after the event. The stage is left to the rules. Of what does not count only a refusal is heard. */
    public static Customer after(Customer before, Event event) {
        var customer = event.counts() ? before.withFeatures(before.features().with(event)) : before;
        for (var trait : event.traits().entrySet()) {
            if (trait.getValue() instanceof Map<?, ?> topics && trait.getKey().equals("consent")) {
                customer = withConsents(customer, topics, event);
            } else if (event.counts() && isTrait(trait)) {
                customer = customer.withTrait(trait.getKey(), trait.getValue(), event.at());
            }
        }
        return switch (event.name()) {
            case "Consent Changed" ->
                event.properties().get("topic") instanceof String topic
                                && event.properties().get("granted") instanceof Boolean granted
                        ? withConsent(customer, topic, granted, event)
                        : customer;
            case "Unsubscribed", "Email Unsubscribed", "Email Marked as Spam" ->
                withConsent(
                        customer,
                        event.properties().get("topic") instanceof String topic ? topic : Customer.ALL_TOPICS,
                        false,
                        event);
            default -> customer;
        };
    }

    private static Customer withConsents(Customer customer, Map<?, ?> topics, Event event) {
        var result = customer;
        for (var entry : topics.entrySet()) {
            if (entry.getKey() instanceof String topic && entry.getValue() instanceof Boolean granted) {
                result = withConsent(result, topic, granted, event);
            }
        }
        return result;
    }

    private static Customer withConsent(Customer customer, String topic, boolean granted, Event event) {
        var full =
                customer.consent().size() >= MAX_TOPICS && !customer.consent().containsKey(topic);
        var empty = granted && !event.counts();
        return topic.length() > MAX_TOPIC_LENGTH || full || empty
                ? customer
                : customer.withConsent(topic, granted, event.at());
    }

    private static boolean isTrait(Map.Entry<String, Object> trait) {
        var value = trait.getValue();
        return !NOT_TRAITS.contains(trait.getKey())
                && trait.getKey().length() <= MAX_TOPIC_LENGTH
                && (value instanceof String || value instanceof Number || value instanceof Boolean);
    }
}
