/** Which groups customers belong to: by recency, frequency and money, and learnt; kept with each event. */
@ApplicationModule(allowedDependencies = {"store", "time", "profile", "decide", "text", "learn"})
package io.wayfarer.segment;

import org.springframework.modulith.ApplicationModule;
