/** What leaves for a customer: templates, the arbiter's gates, the outbox, channels. Nothing is sent but through here. */
@ApplicationModule(
        allowedDependencies = {
            "store",
            "time",
            "ingest",
            "profile",
            "score",
            "decide",
            "risk",
            "catalogue",
            "recommend"
        })
package io.wayfarer.act;

import org.springframework.modulith.ApplicationModule;
