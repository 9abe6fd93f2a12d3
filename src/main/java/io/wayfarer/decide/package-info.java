/** Drools: facts in, {@link io.wayfarer.decide.Decision}s out, each with its reason. Holds the pure core, the Evaluator. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest", "profile", "score", "anomaly"})
package io.wayfarer.decide;

import org.springframework.modulith.ApplicationModule;
