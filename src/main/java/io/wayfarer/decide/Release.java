package io.wayfarer.decide;

import io.wayfarer.anomaly.Forest;
import io.wayfarer.score.Models;

/**
 * Rules and models pinned together: with the same release, the same customer and event give the same decisions.
 *
 * @param id content-addressed: derived from the rule files and the models
 * @param forest tells how unlike others an order is; null while too little is known of orders
 * @param grouping tells in which learnt group a customer is; null while nothing was learnt of customers
 */
public record Release(String id, Rulebook rulebook, Models models, Forest forest, Grouping grouping) {

    /** Without a forest and groups. */
    public Release(String id, Rulebook rulebook, Models models) {
        this(id, rulebook, models, null, null);
    }

    /** The same with other models, for going through history. */
    public Release with(String newId, Models newModels) {
        return new Release(newId, rulebook, newModels, forest, grouping);
    }
}
