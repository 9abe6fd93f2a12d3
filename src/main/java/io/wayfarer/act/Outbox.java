package io.wayfarer.act;

import io.wayfarer.decide.Decided;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The messages that are to be sent, were sent, or were held back, each with the reason. */
@Component
public class Outbox {

    /**
     * A message that somebody wants sent.
     *
     * @param idempotencyKey a second message with the same key is not taken
     * @param decision the decision that led to it
     * @param template name of the message template, which also states its topic
     * @param facts what the template may show beside the customer
     */
    public record Wanted(
            String idempotencyKey, UUID customer, UUID decision, String template, Map<String, Object> facts) {}

    /** Queues a message for each send decision of the batch, in the caller's transaction. */
    public void queue(Decided decided) {}

    /** Queues the message in the caller's transaction; false when its key was there before. */
    public boolean queue(Wanted wanted) {
        return false;
    }
}
