/** CloudEvents 1.0 over HTTP. */
package io.wayfarer.ingest.cloudevents;
