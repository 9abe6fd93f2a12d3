/** Training: from the event log to models that {@code score} applies, each with a card that says how good it is. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest", "profile", "score", "decide", "text"})
package io.wayfarer.learn;

import org.springframework.modulith.ApplicationModule;
