/**
 * The demonstration: a shop, a simulated crowd, a local mailbox, and the start page. Works through the product's own
 * doors; active in the profile {@code demo} only.
 */
@ApplicationModule(allowedDependencies = {"time", "ingest", "score", "journey", "learn"})
package io.wayfarer.demo;

import org.springframework.modulith.ApplicationModule;
