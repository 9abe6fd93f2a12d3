package io.wayfarer.ingest.http;

import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Refusal;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/**
 * Lets a bounded number of HTTP calls in at once, so that their bodies fit into memory however large each may be, and
 * puts the answer of a way in into the exchange.
 */
@Component
public class Door {

    private static final int CALLS_AT_ONCE = 16;
    private static final int RETRY_AFTER_SECONDS = 5;

    private static final int READS_AT_ONCE = 32;

    private final Semaphore free = new Semaphore(CALLS_AT_ONCE);
    private final Semaphore freeForReading = new Semaphore(READS_AT_ONCE);
    private final Inbox inbox;

    Door(Inbox inbox) {
        this.inbox = inbox;
    }

    public void pass(Exchange exchange, Function<HttpCall, Answer> way) throws InterruptedException {
        var message = (PlatformHttpMessage) exchange.getIn();
        var request = WebUtils.getNativeRequest(message.getRequest(), HeldBody.Request.class);
        if (inbox.isFull() || !free.tryAcquire(1, TimeUnit.SECONDS)) {
            write(Answer.FULL, exchange);
            return;
        }
        try {
            write(way.apply(new HttpCall(request, request.body(), Instant.now())), exchange);
        } catch (Refusal refusal) {
            write(Answer.of(refusal), exchange);
        } finally {
            free.release();
        }
    }

    /** As {@link #pass}, for a call without a body that only reads: however much is waiting to be worked off, it is let in. */
    public void read(Exchange exchange, Function<HttpCall, Answer> way) throws InterruptedException {
        var request = ((PlatformHttpMessage) exchange.getIn()).getRequest();
        if (!freeForReading.tryAcquire(1, TimeUnit.SECONDS)) {
            write(Answer.BUSY, exchange);
            return;
        }
        try {
            write(way.apply(new HttpCall(request, new byte[0], Instant.now())), exchange);
            exchange.getMessage().setHeader("Cache-Control", "no-store");
        } catch (Refusal refusal) {
            write(Answer.of(refusal), exchange);
        } finally {
            freeForReading.release();
        }
    }

    private static void write(Answer answer, Exchange exchange) {
        var message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, answer.contentType());
        if (answer.status() == 429) {
            message.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        if (answer.status() == 401) {
            // RFC 9110 asks for a challenge; Basic's would make a browser ask the shop's visitor for a password
            message.setHeader("WWW-Authenticate", "Wayfarer");
        }
        message.setBody(answer.body());
    }
}
