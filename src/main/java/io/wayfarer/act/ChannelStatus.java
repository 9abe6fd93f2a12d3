package io.wayfarer.act;

import java.time.Instant;

/**
 * How a channel is doing, as people may read it.
 *
 * @param waiting messages that are due, or will be
 * @param pausedUntil product time until which its receiver asked to be left alone, or null
 * @param closed why nothing is sent any more until somebody opens it; null while it is open
 * @param operated what a person said of it; null when nobody did
 */
public record ChannelStatus(String name, long waiting, Instant pausedUntil, String closed, Operated operated) {

    /**
     * What a person said of a channel.
     *
     * @param how draining: nothing new is queued, what is queued goes out; held: nothing goes out, what is queued waits
     * @param at product time
     */
    public record Operated(String how, String who, Instant at, String reason) {}
}
