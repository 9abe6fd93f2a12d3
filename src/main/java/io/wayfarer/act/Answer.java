package io.wayfarer.act;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * What a channel's receiver said to a message. A route ends with one, or with the JSON of one: {@code {"answer":
 * "accepted", "reason": "201 Created", "retryAfter": 30}}, where only {@code answer} is needed, an outcome in small letters.
 *
 * @param reason what the receiver said, on one line
 * @param retryAfter how long it asks to be left alone, or null
 */
record Answer(Outcome outcome, String reason, Duration retryAfter) {

    enum Outcome {
        ACCEPTED,
        /** Not taken now; it may be another time. */
        LATER,
        /** Refused for good, which says nothing of the recipient: our sender, our message, or a policy against us. */
        REFUSED,
        /** Refused for good because of the recipient, who is there: their mailbox is full, for example. */
        BOUNCED,
        /** Refused for good because the address does not exist, or its owner wants nothing sent there. */
        UNREACHABLE,
        /** The receiver wants no message of this channel any more. */
        CLOSED,
        /** Perhaps taken, perhaps not. */
        UNKNOWN
    }

    Answer {
        reason = reason.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    Answer(Outcome outcome, String reason) {
        this(outcome, reason, null);
    }

    /** @throws IllegalArgumentException when it is no answer */
    static Answer of(Object body) {
        if (body instanceof Answer answer) {
            return answer;
        }
        if (body instanceof JsonNode json) {
            for (var outcome : Outcome.values()) {
                if (outcome.name().equalsIgnoreCase(json.path("answer").asText())) {
                    var seconds = json.path("retryAfter").asLong(-1);
                    return new Answer(
                            outcome,
                            json.path("reason").asText(""),
                            seconds < 0 ? null : Duration.ofSeconds(Math.min(seconds, Integer.MAX_VALUE)));
                }
            }
        }
        throw new IllegalArgumentException("the channel's route ends without an answer");
    }

    Answer with(String newReason) {
        return new Answer(outcome, newReason, retryAfter);
    }
}
