package io.wayfarer.act;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A message to a customer, as people may read it.
 *
 * @param id time-ordered: a later message has a greater id
 * @param decision the decision that led to it, or null
 * @param channel how it is sent: the name of a channel that is set up, such as email
 * @param topic what the customer must agree to: marketing, or transactional, which needs no consent
 * @param status queued, deferred, sent, dropped or failed; while it is being handed over it still counts as queued
 * @param verdicts what each gate said and what became of it, the oldest first
 * @param subject null until it was first handed over
 * @param created product time
 * @param sent product time, or null
 * @param dueAt product time before which nothing is done; null when nothing more is to happen
 */
public record Message(
        UUID id,
        UUID customer,
        UUID decision,
        String channel,
        String template,
        String topic,
        String status,
        List<Verdict> verdicts,
        String subject,
        Instant created,
        Instant sent,
        Instant dueAt) {

    static final String QUEUED = "queued";
    /** It passed the gates and waits for a free connection: nobody outside was told of it yet. */
    static final String READY = "ready";

    static final String SENDING = "sending";
    static final Set<String> UNDER_WAY = Set.of(READY, SENDING);
    static final String SENT = "sent";
    static final String DEFERRED = "deferred";
    static final String DROPPED = "dropped";
    static final String FAILED = "failed";
}
