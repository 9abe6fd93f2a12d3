/** Segment's HTTP tracking API: calls as events. */
package io.wayfarer.ingest.segment;
