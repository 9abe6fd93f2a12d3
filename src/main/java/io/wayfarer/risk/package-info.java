/** Fraud: what orders are like, what people are asked to look at, what they found, and how well the score foresaw it. */
@ApplicationModule(allowedDependencies = {"store", "time", "profile", "ingest", "anomaly", "decide", "learn"})
package io.wayfarer.risk;

import org.springframework.modulith.ApplicationModule;
