package io.wayfarer.profile;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * All that is known of one person. Immutable: what an event changes is a new Customer.
 *
 * @param id opaque; the only thing that processes and logs carry
 * @param version counts the writes, for optimistic locking; 0 when never stored
 * @param identities how the person can be recognised
 * @param traits what was said about the person, newest event time wins
 * @param consent by topic; a topic that is missing was never asked. A purpose other than messages stands before the topic:
 *     {@code profiling/location}
 * @param stage where in the journey the person is
 * @param stageSince event time of the move to it
 * @param features counts, sums and recent events
 */
public record Customer(
        UUID id,
        int version,
        Set<Identity> identities,
        Map<String, Stamped> traits,
        Map<String, Stamped> consent,
        Stage stage,
        Instant stageSince,
        Features features) {

    /** More traits than this of one customer are not kept, and longer text is cut. */
    static final int MAX_TRAITS = 40;

    static final int MAX_TRAIT_LENGTH = 200;

    /** The topic that stands for every message: refused, nothing but transactional messages is sent. */
    public static final String ALL_TOPICS = "*";

    /** A value and the event time at which it was said. */
    public record Stamped(Object value, Instant at) {}

    /** Somebody not seen before. */
    public static Customer unknown(UUID id, Set<Identity> identities, Instant since) {
        return new Customer(id, 0, identities, Map.of(), Map.of(), Stage.AWARENESS, since, Features.EMPTY);
    }

    public Optional<String> email() {
        return identities.stream()
                .filter(identity -> identity.kind().equals(Identity.Kind.email))
                .map(Identity::name)
                .sorted()
                .findFirst();
    }

    /** The trait's value, or null. */
    public Object trait(String name) {
        var stamped = traits.get(name);
        return stamped == null ? null : stamped.value();
    }

    /** True when the person agreed to the topic and did not refuse everything since. */
    public boolean consentsTo(String topic) {
        var all = consent.get(ALL_TOPICS);
        var one = consent.get(topic);
        var refusedAll = all != null && Boolean.FALSE.equals(all.value());
        return one != null
                && Boolean.TRUE.equals(one.value())
                && (!refusedAll || one.at().isAfter(all.at()));
    }

    /** True when the person said no to the topic, or to everything, and has not agreed since. */
    public boolean refuses(String topic) {
        return !consentsTo(topic) && (isRefused(topic) || isRefused(ALL_TOPICS));
    }

    private boolean isRefused(String topic) {
        var stamped = consent.get(topic);
        return stamped != null && Boolean.FALSE.equals(stamped.value());
    }

    /**
     * The person's time zone from the trait {@code timezone}, else the one in which most people of the trait {@code country}
     * live (as an ISO 3166 code of two letters), else {@code otherwise}.
     */
    public ZoneId zone(ZoneId otherwise) {
        if (trait("timezone") instanceof String name
                && ZoneId.getAvailableZoneIds().contains(name)) {
            return ZoneId.of(name);
        }
        return trait("country") instanceof String country
                ? CountryZones.BY_CODE.getOrDefault(country.strip().toUpperCase(Locale.ROOT), otherwise)
                : otherwise;
    }

    public Customer withVersion(int newVersion) {
        return new Customer(id, newVersion, identities, traits, consent, stage, stageSince, features);
    }

    public Customer withIdentities(Set<Identity> newIdentities) {
        return new Customer(id, version, newIdentities, traits, consent, stage, stageSince, features);
    }

    public Customer withStage(Stage newStage, Instant since) {
        return new Customer(id, version, identities, traits, consent, newStage, since, features);
    }

    public Customer withFeatures(Features newFeatures) {
        return new Customer(id, version, identities, traits, consent, stage, stageSince, newFeatures);
    }

    Customer withConsents(Map<String, Stamped> newConsent) {
        return new Customer(id, version, identities, traits, newConsent, stage, stageSince, features);
    }

    Customer withTrait(String name, Object value, Instant at) {
        var known = traits.get(name);
        if (known == null ? traits.size() >= MAX_TRAITS : known.at().isAfter(at)) {
            return this;
        }
        var bounded =
                value instanceof String s && s.length() > MAX_TRAIT_LENGTH ? s.substring(0, MAX_TRAIT_LENGTH) : value;
        var copy = new TreeMap<>(traits);
        copy.put(name, new Stamped(bounded, at));
        return new Customer(id, version, identities, copy, consent, stage, stageSince, features);
    }

    Customer withConsent(String topic, boolean granted, Instant at) {
        var known = consent.get(topic);
        // at the same moment the stricter answer wins, whichever came first
        if (known != null && (known.at().isAfter(at) || known.at().equals(at) && granted)) {
            return this;
        }
        var copy = new TreeMap<>(consent);
        copy.put(topic, new Stamped(granted, at));
        return new Customer(id, version, identities, traits, copy, stage, stageSince, features);
    }

    /**
     * Both as one person, with the id and version of this one. Of a trait the newest value wins, of the same time this one's.
     * Of consent the stricter wins: what one refuses and the other agreed to is refused. The stage is the one reached
     * last; who is still in awareness has reached none. Features are as if all events had been one person's.
     */
    Customer joined(Customer other) {
        var allTraits = new TreeMap<>(traits);
        other.traits.entrySet().stream()
                .sorted(Map.Entry.<String, Stamped>comparingByValue(Comparator.comparing(Stamped::at))
                        .reversed())
                .forEach(trait -> {
                    var known = allTraits.get(trait.getKey());
                    if (known == null
                            ? allTraits.size() < MAX_TRAITS
                            : trait.getValue().at().isAfter(known.at())) {
                        allTraits.put(trait.getKey(), trait.getValue());
                    }
                });
        var union = withAll(other.consent);
        var takesOther =
                other.stage != Stage.AWARENESS && (stage == Stage.AWARENESS || other.stageSince.isAfter(stageSince));
        var earlier = stageSince.isBefore(other.stageSince) ? stageSince : other.stageSince;
        var bothUnmoved = stage == Stage.AWARENESS && other.stage == Stage.AWARENESS;
        var allIdentities = new LinkedHashSet<>(identities);
        allIdentities.addAll(other.identities);
        return new Customer(
                id,
                version,
                allIdentities,
                allTraits,
                union.withAll(refusedWith(other)).consent,
                takesOther ? other.stage : stage,
                bothUnmoved ? earlier : takesOther ? other.stageSince : stageSince,
                features.joined(other.features));
    }

    /** What one of the two refuses and would be agreed to by the other's later word: refused, at the later time. */
    Map<String, Stamped> refusedWith(Customer other) {
        var union = withAll(other.consent);
        var topics = new TreeSet<>(union.consent.keySet());
        topics.add(ALL_TOPICS);
        var refused = new TreeMap<String, Stamped>();
        for (var topic : topics) {
            if ((refuses(topic) || other.refuses(topic)) && !union.refuses(topic)) {
                Stream.of(
                                consent.get(topic),
                                other.consent.get(topic),
                                consent.get(ALL_TOPICS),
                                other.consent.get(ALL_TOPICS))
                        .filter(Objects::nonNull)
                        .map(Stamped::at)
                        .max(Comparator.naturalOrder())
                        .ifPresent(at -> refused.put(topic, new Stamped(false, at)));
            }
        }
        return refused;
    }

    private Customer withAll(Map<String, Stamped> said) {
        var all = this;
        for (var entry : said.entrySet()) {
            all = all.withConsent(
                    entry.getKey(),
                    Boolean.TRUE.equals(entry.getValue().value()),
                    entry.getValue().at());
        }
        return all;
    }
}
