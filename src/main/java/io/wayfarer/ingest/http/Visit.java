package io.wayfarer.ingest.http;

/**
 * Whose page asks.
 *
 * @param source label of the write key
 * @param userId who is signed in, proved by the site's backend; null for nobody
 * @param anonymousId of the browser, which alone knows it; null when it has none
 */
public record Visit(String source, String userId, String anonymousId) {}
