package io.wayfarer.act;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A message as the route of its channel gets it.
 *
 * @param id of the message
 * @param key what tells the receiver that a message is the same one, sent again; derived from the decision, or from the
 *     journey's step that wanted the message
 * @param decision the decision that led to it, or null
 * @param at product time, RFC 3339
 * @param to the address; empty when the channel has only one receiver
 * @param person the customer's identities by kind, of each kind one; none of a browser
 * @param subject empty when the template has none
 * @param html empty when the template has none
 * @param link where the message leads, into the shop; empty when the template has none
 * @param unsubscribe a link; empty in transactional messages
 * @param sms how the text is sent by SMS; null when the channel does not count
 * @param recommended ids of products that are recommended in it
 * @param facts what the decision was about
 * @param channel the channel's settings, secrets among them
 */
record Parcel(
        UUID id,
        UUID key,
        UUID customer,
        UUID decision,
        String template,
        String topic,
        String at,
        String to,
        Map<String, String> person,
        String language,
        String subject,
        String text,
        String html,
        String link,
        String unsubscribe,
        SmsText sms,
        List<String> recommended,
        Map<String, Object> facts,
        Map<String, String> channel) {

    /** Logs must not have what is in it. */
    @Override
    public String toString() {
        return "Parcel[" + id + "]";
    }
}
