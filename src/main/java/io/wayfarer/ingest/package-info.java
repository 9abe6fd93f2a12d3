/**
 * What a channel delivered becomes an {@link io.wayfarer.ingest.Event}: validated, deduplicated, kept in the inbox, or
 * in quarantine with its reason.
 */
@ApplicationModule(allowedDependencies = {"store", "time"})
package io.wayfarer.ingest;

import org.springframework.modulith.ApplicationModule;
