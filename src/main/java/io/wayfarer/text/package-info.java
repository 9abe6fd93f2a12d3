/** What a text says: in which language, in which mood, and what it is about. Takes a text, gives a {@link Reading}. */
@ApplicationModule(allowedDependencies = {})
package io.wayfarer.text;

import org.springframework.modulith.ApplicationModule;
