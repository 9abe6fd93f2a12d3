/** How unlike all others an order or a refund is: behaviour as numbers, and the isolation forest learnt of it. */
@ApplicationModule(allowedDependencies = {"store", "ingest", "profile"})
package io.wayfarer.anomaly;

import org.springframework.modulith.ApplicationModule;
