/** Camunda: journeys started and told by Decisions, people's tasks, versions. No other room uses Camunda's classes. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest", "profile", "score", "decide", "act", "risk"})
package io.wayfarer.journey;

import org.springframework.modulith.ApplicationModule;
