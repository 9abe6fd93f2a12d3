/** What all stores share: many rows in one statement, and names for contents. */
@ApplicationModule(allowedDependencies = {})
package io.wayfarer.store;

import org.springframework.modulith.ApplicationModule;
