/** What a visitor's page shows: what the rules say for the person it is, and why. */
@ApplicationModule(allowedDependencies = {"time", "ingest", "profile", "score", "decide", "recommend"})
package io.wayfarer.onsite;

import org.springframework.modulith.ApplicationModule;
