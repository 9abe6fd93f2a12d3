/** What all stores share: many rows in one statement, names for contents, and signatures of what was learnt. */
@ApplicationModule(allowedDependencies = {})
package io.wayfarer.store;

import org.springframework.modulith.ApplicationModule;
