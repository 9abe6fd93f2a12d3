/** The product's time: real, or faster for the demo and for tests; and long work that is repeated by it. Imports nothing of ours. */
@ApplicationModule(allowedDependencies = {})
package io.wayfarer.time;

import org.springframework.modulith.ApplicationModule;
