/** How satisfied people are with each product and with all, kept with each event; what a person is stays with the person. */
@ApplicationModule(allowedDependencies = {"store", "profile", "ingest", "decide"})
package io.wayfarer.satisfaction;

import org.springframework.modulith.ApplicationModule;
