/** Models at work: a challenger tried beside the champion on what then happens, promotion, rollback, and drift. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest", "profile", "score", "decide"})
package io.wayfarer.monitor;

import org.springframework.modulith.ApplicationModule;
