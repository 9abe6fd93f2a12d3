/** Files: dropped into a folder or uploaded; their rows as events, by a mapping of their columns. */
package io.wayfarer.ingest.file;
