/** What all stores share: many rows in one statement. */
@ApplicationModule(allowedDependencies = {})
package io.wayfarer.store;

import org.springframework.modulith.ApplicationModule;
