package io.wayfarer.decide;

import io.wayfarer.anomaly.Forest;
import io.wayfarer.score.Models;

/**
 * Rules and models pinned together: with the same release, the same customer and event give the same decisions.
 *
 * @param id content-addressed: derived from the rule files and the models
 * @param forest tells how unlike others an order is; null while too little is known of orders
 */
public record Release(String id, Rulebook rulebook, Models models, Forest forest) {

    /** Without a forest. */
    public Release(String id, Rulebook rulebook, Models models) {
        this(id, rulebook, models, null);
    }
}
