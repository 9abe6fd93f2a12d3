package io.wayfarer.learn;

import io.wayfarer.decide.Evaluator;
import io.wayfarer.decide.Release;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** History by the rules of a release; customers are told apart by country and by the segments that a release knows. */
record Replayed(Release release) implements Past {

    private static final String COUNTRY = "country";
    private static final int MAX_COUNTRY = 40;

    @Override
    public Customer after(Customer before, Event event) {
        return Evaluator.evaluate(before, event, release, event.at()).customer();
    }

    @Override
    public Map<String, String> groups(Customer customer, Instant at) {
        var groups = new TreeMap<String, String>();
        if (customer.trait(COUNTRY) instanceof String said && !said.isBlank()) {
            var country = said.strip().toUpperCase(Locale.ROOT);
            groups.put(COUNTRY, country.substring(0, Math.min(MAX_COUNTRY, country.length())));
        }
        groups.put("segment", release.segment(Release.WRITTEN, customer, at));
        if (release.grouping() != null) {
            groups.put("rfm", release.segment("rfm", customer, at));
        }
        return groups;
    }
}
