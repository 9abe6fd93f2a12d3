/** The HTTP API and pages for people, and the doors in front of every path: sign-in, headers, what the engine refuses. */
@ApplicationModule
package io.wayfarer.console;

import org.springframework.modulith.ApplicationModule;
