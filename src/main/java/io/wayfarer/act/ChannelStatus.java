package io.wayfarer.act;

import java.time.Instant;

/**
 * How a channel is doing, as people may read it.
 *
 * @param waiting messages that are due, or will be
 * @param pausedUntil product time until which its receiver asked to be left alone, or null
 * @param closed why nothing is sent any more until somebody opens it; null while it is open
 */
public record ChannelStatus(String name, long waiting, Instant pausedUntil, String closed) {}
