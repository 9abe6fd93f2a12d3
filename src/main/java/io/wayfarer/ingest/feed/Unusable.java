package io.wayfarer.ingest.feed;

/** Why a feed cannot be read: the same words for the same fault, so that it is told once. */
final class Unusable extends Exception {

    private final String body;

    Unusable(String reason) {
        this(reason, "");
    }

    /** @param body what came instead, for the quarantine */
    Unusable(String reason, String body) {
        super(reason);
        this.body = body;
    }

    String body() {
        return body;
    }
}
