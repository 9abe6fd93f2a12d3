/** Models applied: how likely, how much, which mood. Takes a customer as known, gives {@link io.wayfarer.score.Scores}. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest", "profile", "text"})
package io.wayfarer.score;

import org.springframework.modulith.ApplicationModule;
