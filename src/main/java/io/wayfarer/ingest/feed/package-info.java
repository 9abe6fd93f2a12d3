/** Feeds: what others published about us in Atom or RSS, as events. */
package io.wayfarer.ingest.feed;
