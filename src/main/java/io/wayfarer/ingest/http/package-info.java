/** What stands in front of the HTTP ways in, and how a call is answered. */
package io.wayfarer.ingest.http;
