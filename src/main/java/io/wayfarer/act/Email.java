package io.wayfarer.act;

import io.wayfarer.ingest.SentMail;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Email as a channel: puts the letter into its envelope and hands it to the mail server. */
@Component
class Email {

    private final Tracking tracking;
    private final Envelope envelope;
    private final Smtp smtp;

    Email(Tracking tracking, Envelope envelope, Smtp smtp) {
        this.tracking = tracking;
        this.envelope = envelope;
        this.smtp = smtp;
    }

    public Answer send(Parcel parcel) {
        var sent = new SentMail(parcel.id(), parcel.decision(), parcel.topic(), parcel.to());
        var letter = new Templates.Letter(parcel.subject(), parcel.text(), tracking.html(parcel));
        try {
            return smtp.send(envelope.of(sent, letter, parcel.unsubscribe(), Instant.parse(parcel.at())));
        } catch (IllegalArgumentException e) {
            return new Answer(Answer.Outcome.REFUSED, e.getMessage());
        }
    }
}
