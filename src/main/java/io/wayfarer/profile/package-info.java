/** Who a customer is and what is known of them: identities, traits, consent, stage, and the fixed-size feature state. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest"})
package io.wayfarer.profile;

import org.springframework.modulith.ApplicationModule;
