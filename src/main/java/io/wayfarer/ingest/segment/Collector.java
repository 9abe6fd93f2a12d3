package io.wayfarer.ingest.segment;

import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Replayable;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.WriteKeys;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.Door;
import io.wayfarer.ingest.http.HttpCall;
import io.wayfarer.ingest.http.HttpWays;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** The collector: Segment's HTTP tracking API. A write key, as user name of HTTP Basic or in the body, says who sends. */
@Component
public class Collector implements Replayable {

    private final Door door;
    private final WriteKeys keys;
    private final Inbox inbox;
    private final Quarantine quarantine;
    private final Clock clock;

    Collector(Door door, WriteKeys keys, Inbox inbox, Quarantine quarantine, Clock clock) {
        this.door = door;
        this.keys = keys;
        this.inbox = inbox;
        this.quarantine = quarantine;
        this.clock = clock;
    }

    /** Answers the call that the exchange carries; what it says is committed by then. */
    public void collect(Exchange exchange) throws InterruptedException {
        door.pass(exchange, this::answer);
    }

    Answer answer(HttpCall call) {
        var kind = SegmentCall.kindOf(call.pathAfter(HttpWays.COLLECTOR));
        if (kind == null) {
            throw Refusal.notFound("no call of the tracking API");
        }
        var presented = call.userName();
        var source = presented == null ? null : known(presented);
        SegmentCall segment;
        Understood understood;
        try {
            segment = read(kind, call);
            source = source == null ? known(segment.writeKey()) : source;
            understood = segment.understood(source, clock.instant(), call.header("User-Agent"));
        } catch (Refusal refusal) {
            if (refusal.status() == 401 || source == null) {
                throw Refusal.unauthorised("the write key is missing or wrong");
            }
            quarantine.keep(source, null, kind, refusal.getMessage(), call.shown());
            throw refusal;
        }
        if (!understood.events().isEmpty()) {
            inbox.accept(understood.events());
        }
        quarantine.keep(source, segment.isBatch() ? null : kind, understood.refused());
        if (!segment.isBatch() && !understood.refused().isEmpty()) {
            throw understood.refused().get(0).refusal();
        }
        return Answer.SUCCESS;
    }

    @Override
    public String way() {
        return "segment";
    }

    /** The form is the kind of call; without one it is a message that says its own type, as they do in a batch. */
    @Override
    public Understood again(Quarantine.Item kept, String body) {
        var text = kept.form() == null ? "{\"batch\":[" + body + "]}" : body;
        return SegmentCall.read(kept.form() == null ? "batch" : kept.form(), text.getBytes(StandardCharsets.UTF_8))
                .understood(kept.source(), kept.receivedAt());
    }

    @Override
    public String formOfPart(Quarantine.Item whole) {
        return null;
    }

    private static SegmentCall read(String kind, HttpCall call) {
        var body = call.unpacked();
        if (!kind.equals("batch") && body.length > 4 * BoundedJson.MAX_MESSAGE) {
            throw Refusal.tooLarge("a message may have at most " + BoundedJson.MAX_MESSAGE + " characters");
        }
        return SegmentCall.read(kind, body);
    }

    private String known(String key) {
        return "segment:" + keys.labelOf(key);
    }
}
