/** Moments that come without anybody doing anything, such as a birthday, a silence or goods used up, as events of the customer. */
@ApplicationModule(allowedDependencies = {"store", "time", "ingest", "profile", "decide", "catalogue"})
package io.wayfarer.occasion;

import org.springframework.modulith.ApplicationModule;
