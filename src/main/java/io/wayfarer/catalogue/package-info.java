/** The things that are sold, what changed of them, and whom of those who looked at one to tell. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest", "profile", "decide"})
package io.wayfarer.catalogue;

import org.springframework.modulith.ApplicationModule;
