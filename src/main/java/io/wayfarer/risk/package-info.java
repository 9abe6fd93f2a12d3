/** Fraud: what people are asked to look at, what they found, and how well the score foresaw it. */
@ApplicationModule(allowedDependencies = {"store", "profile", "ingest", "decide"})
package io.wayfarer.risk;

import org.springframework.modulith.ApplicationModule;
