/** What to offer: products related to one, and to what a person did lately; learnt from the event log. */
@ApplicationModule(allowedDependencies = {"time", "ingest", "profile", "catalogue"})
package io.wayfarer.recommend;

import org.springframework.modulith.ApplicationModule;
