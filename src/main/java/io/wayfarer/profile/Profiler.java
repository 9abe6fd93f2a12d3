package io.wayfarer.profile;

import io.wayfarer.ingest.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one event says of a person: a pure function, the same live, in replay and in training. */
public final class Profiler {

    /** What is said of consent: for which purpose, to which topic, and whether it was given. */
    record Said(String purpose, String topic, boolean granted) {

        /** How {@link Customer#consent} calls it. */
        String key() {
            return purpose.equals(MESSAGES) ? topic : purpose + "/" + topic;
        }
    }

    /** The purpose that consent is for when none is named. */
    static final String MESSAGES = "messages";

    /** More topics than this of one customer are not taken. */
    static final int MAX_TOPICS = 20;

    private static final Set<String> NOT_TRAITS = Set.of("consent", "id", "email");
    private static final int MAX_TOPIC_LENGTH = 40;

    private Profiler() {}

    /** The customer after the event. The stage is left to the rules. Of what does not count only a refusal is heard. */
    public static Customer after(Customer before, Event event) {
        var customer = event.counts() && event.isByPerson()
                ? before.withFeatures(before.features().with(event))
                : before;
        for (var trait : event.traits().entrySet()) {
            if (event.counts() && isTrait(trait)) {
                customer = customer.withTrait(trait.getKey(), trait.getValue(), event.at());
            }
        }
        for (var said : consentIn(event)) {
            if (isTaken(customer.consent().keySet(), said.key())) {
                customer = customer.withConsent(said.key(), said.granted(), event.at());
            }
        }
        return customer;
    }

    /** What the event says of consent; most say nothing. What does not count cannot agree to anything. */
    static List<Said> consentIn(Event event) {
        var said = saidIn(event);
        return event.counts() || said.isEmpty()
                ? said
                : said.stream().filter(one -> !one.granted()).toList();
    }

    private static List<Said> saidIn(Event event) {
        return switch (event.name()) {
            case "Consent Changed" -> with(traitsOf(event), changed(event));
            case "Unsubscribed", "Email Unsubscribed", "Email Marked as Spam" ->
                with(
                        traitsOf(event),
                        said(
                                MESSAGES,
                                event.properties().get("topic") instanceof String topic ? topic : Customer.ALL_TOPICS,
                                false));
            default -> event.traits().isEmpty() ? List.of() : traitsOf(event);
        };
    }

    /** False for one topic more than a customer may have. */
    static boolean isTaken(Collection<String> known, String key) {
        return known.size() < MAX_TOPICS || known.contains(key);
    }

    private static Said changed(Event event) {
        var properties = event.properties();
        return properties.get("granted") instanceof Boolean granted
                ? said(
                        properties.get("purpose") instanceof String purpose ? purpose : MESSAGES,
                        properties.get("topic") instanceof String topic
                                ? topic
                                : properties.containsKey("purpose") ? Customer.ALL_TOPICS : null,
                        granted)
                : null;
    }

    private static List<Said> traitsOf(Event event) {
        var all = new ArrayList<Said>(0);
        if (event.traits().get("consent") instanceof Map<?, ?> topics) {
            topics.forEach((topic, granted) -> {
                var said =
                        topic instanceof String text && granted instanceof Boolean is ? said(MESSAGES, text, is) : null;
                if (said != null) {
                    all.add(said);
                }
            });
        }
        return all;
    }

    /** Null when it is named in a way that cannot be kept. */
    private static Said said(String purpose, String topic, boolean granted) {
        var isSound = topic != null
                && !topic.isBlank()
                && topic.length() <= MAX_TOPIC_LENGTH
                && !purpose.isBlank()
                && purpose.length() <= MAX_TOPIC_LENGTH;
        return isSound ? new Said(purpose, topic, granted) : null;
    }

    private static List<Said> with(List<Said> all, Said one) {
        if (one != null) {
            all.add(one);
        }
        return all;
    }

    private static boolean isTrait(Map.Entry<String, Object> trait) {
        var value = trait.getValue();
        return !NOT_TRAITS.contains(trait.getKey())
                && trait.getKey().length() <= MAX_TOPIC_LENGTH
                && (value instanceof String || value instanceof Number || value instanceof Boolean);
    }
}
