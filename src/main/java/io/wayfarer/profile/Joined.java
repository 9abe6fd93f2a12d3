package io.wayfarer.profile;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A merge and the two it made one.
 *
 * @param from as they were, with their identities
 * @param into as they were
 * @param refused consent that one had given and the other refuses, by topic
 */
record Joined(Merge merge, Customer from, Customer into, Map<String, Customer.Stamped> refused) {

    /**
     * What is kept of a merge, so that nothing is lost and it can be undone.
     *
     * @param identities of the one who was merged
     * @param traits all of the one who was merged, and those of the other that a newer value replaced
     * @param decided when which action was last decided on for the one who was merged
     */
    record Moved(
            List<String> identities,
            List<String> intoIdentities,
            Map<String, Customer.Stamped> traits,
            Map<String, Customer.Stamped> replaced,
            Map<String, Customer.Stamped> consent,
            Stage stage,
            Instant stageSince,
            Stage intoStage,
            Instant intoStageSince,
            Map<String, Instant> decided) {}

    static Joined of(Merge merge, Customer from, Customer into) {
        return new Joined(merge, from, into, into.refusedWith(from));
    }

    Customer result() {
        return into.joined(from);
    }

    Moved moved() {
        var result = result();
        var replaced = new TreeMap<String, Customer.Stamped>();
        Stream.of(into, from)
                .flatMap(customer -> customer.traits().entrySet().stream())
                .filter(trait -> !trait.getValue().equals(result.traits().get(trait.getKey())))
                .filter(trait -> !trait.getValue().equals(from.traits().get(trait.getKey())))
                .forEach(trait -> replaced.put(trait.getKey(), trait.getValue()));
        return new Moved(
                names(from),
                names(into),
                from.traits(),
                replaced,
                from.consent(),
                from.stage(),
                from.stageSince(),
                into.stage(),
                into.stageSince(),
                from.features().lastDecided);
    }

    private static List<String> names(Customer customer) {
        return customer.identities().stream().map(Identity::toString).sorted().toList();
    }
}
