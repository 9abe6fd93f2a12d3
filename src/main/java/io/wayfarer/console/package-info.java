/** The HTTP API and pages for people, and the doors in front of every path: sign-in, headers, what the engine refuses. */
@ApplicationModule(
        allowedDependencies = {
            "time",
            "ingest",
            "profile",
            "score",
            "decide",
            "act",
            "journey",
            "learn",
            "catalogue",
            "recommend",
            "segment",
            "monitor",
            "risk",
            "satisfaction",
            "anomaly",
            "occasion"
        })
package io.wayfarer.console;

import org.springframework.modulith.ApplicationModule;
