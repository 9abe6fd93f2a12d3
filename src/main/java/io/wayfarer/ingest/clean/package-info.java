/** What is done to every event before it is kept: schemas, times, currencies, duplicates, bots, outliers. */
package io.wayfarer.ingest.clean;
