package io.wayfarer.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Samples in two parts. A customer is on one side only: what somebody did on Monday is no test of a model that has seen
 * their Tuesday. Stratified: of those to whom it ever happened, and of all others, a fifth each is held out.
 */
record Split(List<Sample> training, List<Sample> heldOut) {

    static final long SEED = 42;
    static final String WORDS = "80/20 by customer, stratified by whether it ever happened to them";

    static Split of(List<Sample> samples, Predicate<Sample> happened) {
        var ever = new TreeMap<UUID, Boolean>();
        samples.forEach(sample -> ever.merge(sample.customer(), happened.test(sample), Boolean::logicalOr));
        var heldOut = new HashSet<UUID>();
        for (var stratum : List.of(true, false)) {
            var customers = new ArrayList<UUID>();
            ever.forEach((customer, did) -> {
                if (did.equals(stratum)) {
                    customers.add(customer);
                }
            });
            Collections.shuffle(customers, new Random(SEED));
            heldOut.addAll(customers.subList(0, (int) Math.round(customers.size() / 5.0)));
        }
        return new Split(
                samples.stream().filter(s -> !heldOut.contains(s.customer())).toList(),
                samples.stream().filter(s -> heldOut.contains(s.customer())).toList());
    }
}
