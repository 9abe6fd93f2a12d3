/**
 * Webhooks: who may send, by the scheme of the source, and what a delivery says, by its mapping.
 */
package io.wayfarer.ingest.webhook;
