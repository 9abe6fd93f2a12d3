package io.wayfarer.decide;

import io.wayfarer.anomaly.Forest;
import io.wayfarer.profile.Customer;
import io.wayfarer.score.Models;
import java.time.Instant;

/**
 * Rules and models pinned together: with the same release, the same customer and event give the same decisions.
 *
 * @param id content-addressed: derived from the rule files and the models
 * @param forest tells how unlike others an order is; null while too little is known of orders
 * @param grouping tells in which learnt group a customer is; null while nothing was learnt of customers
 */
public record Release(String id, Rulebook rulebook, Models models, Forest forest, Grouping grouping) {

    /** The kind of segments that people write. */
    public static final String WRITTEN = "rules";

    /** Where customers are whom no rule puts elsewhere. */
    public static final String IN_NO_SEGMENT = "others";

    /** Without a forest and groups. */
    public Release(String id, Rulebook rulebook, Models models) {
        this(id, rulebook, models, null, null);
    }

    /** The same with other models, for going through history. */
    public Release with(String newId, Models newModels) {
        return new Release(newId, rulebook, newModels, forest, grouping);
    }

    /**
     * The segment a customer is in at the moment.
     *
     * @param kind rules, those of segments.drl ("others" when none of them holds), or one that is learnt from all customers:
     *     rfm, kmeans or em (empty while too little was learnt)
     */
    public String segment(String kind, Customer customer, Instant at) {
        if (kind.equals(WRITTEN)) {
            var written = rulebook.segment(customer, at);
            return written == null ? IN_NO_SEGMENT : written;
        }
        return grouping == null ? "" : grouping.group(kind, customer, at);
    }
}
