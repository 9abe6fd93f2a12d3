package io.wayfarer.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.time.ProductClock;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;

/** Takes the crowd's deeds through the product's own doors: HTTP with the write key, signed webhooks, SMTP. */
final class Sender {

    /**
     * How to come in.
     *
     * @param base where the program listens, {@code http://localhost:8080}
     * @param secret what the ERP signs with, base64
     * @param service the shop's own address
     */
    record Doors(URI base, String writeKey, String secret, String service) {}

    private static final Logger log = LoggerFactory.getLogger(Sender.class);
    private static final int BATCH = 100;
    private static final int TRIES = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Doors doors;
    private final ProductClock clock;
    private final JavaMailSender mail;
    private final ObjectMapper json;
    private volatile boolean stopped;
    private volatile long sent;

    Sender(Doors doors, ProductClock clock, JavaMailSender mail, ObjectMapper json) {
        this.doors = doors;
        this.clock = clock;
        this.mail = mail;
        this.json = json;
    }

    /** How many deeds have been sent. */
    long sent() {
        return sent;
    }

    /** Whoever is sending gives up. */
    void stop() {
        stopped = true;
    }

    /**
     * Sends them in their order.
     *
     * @param past when true letters go as tickets of the helpdesk: a mail is dated by its arrival and can have no past
     * @throws InterruptedException when it was stopped
     */
    void send(List<Deed> deeds, boolean past) throws InterruptedException {
        var batch = new ArrayList<Deed.Message>(BATCH);
        for (var deed : deeds) {
            if (batch.size() == BATCH || !batch.isEmpty() && !(deed instanceof Deed.Message)) {
                send(batch);
            }
            if (deed instanceof Deed.Message message) {
                batch.add(message);
            } else if (deed instanceof Deed.Delivery delivery) {
                deliver(delivery);
            } else if (deed instanceof Deed.Letter letter && past) {
                var ticket = Map.<String, Object>of(
                        "email", letter.email(), "subject", letter.subject(), "text", letter.text());
                deliver(new Deed.Delivery(letter.at(), letter.email() + letter.at(), "ticket.opened", ticket));
            } else if (deed instanceof Deed.Letter letter) {
                post(letter);
            } else if (deed instanceof Deed.Unsubscribe unsubscribe) {
                follow(unsubscribe);
            }
            sent = sent + 1;
        }
        send(batch);
    }

    private void send(List<Deed.Message> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        var messages = batch.stream()
                .map(message -> {
                    var body = new LinkedHashMap<>(message.body());
                    body.put("timestamp", message.at().toString());
                    return body;
                })
                .toList();
        // the sender's clock is the product's
        var body = write(
                Map.of("writeKey", doors.writeKey(), "sentAt", clock.instant().toString(), "batch", messages));
        batch.clear();
        call(HttpRequest.newBuilder(doors.base().resolve("/v1/batch"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** The ERP lives in real time: how long ago it was is what it tells truly. */
    private void deliver(Deed.Delivery delivery) throws InterruptedException {
        var seconds = Instant.now().getEpochSecond();
        var at = Instant.ofEpochSecond(seconds).minus(Duration.between(delivery.at(), clock.instant()));
        var body = write(Map.of("type", delivery.type(), "timestamp", at.toString(), "data", delivery.data()));
        call(HttpRequest.newBuilder(doors.base().resolve("/webhooks/erp"))
                .header("Content-Type", "application/json")
                .header("webhook-id", delivery.id())
                .header("webhook-timestamp", String.valueOf(seconds))
                .header("webhook-signature", "v1," + signature(delivery.id() + '.' + seconds + '.' + body))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String signature(String content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(doors.secret()), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void post(Deed.Letter letter) {
        try {
            var message = mail.createMimeMessage();
            var parts = new MimeMessageHelper(message, "UTF-8");
            parts.setFrom(letter.email(), letter.name());
            parts.setTo(doors.service());
            parts.setSubject(letter.subject());
            parts.setText(letter.text());
            parts.setSentDate(Date.from(letter.at()));
            mail.send(message);
        } catch (MessagingException | UnsupportedEncodingException | MailException e) {
            log.warn("A letter of the crowd was not sent: {}", e.toString());
        }
    }

    /** The link may name the address by which the world reaches the program; the crowd lives in the same house. */
    private void follow(Deed.Unsubscribe unsubscribe) throws InterruptedException {
        var link = URI.create(unsubscribe.link());
        var query = link.getRawQuery() == null ? "" : "?" + link.getRawQuery();
        call(HttpRequest.newBuilder(doors.base().resolve(link.getRawPath() + query))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("List-Unsubscribe=One-Click")));
    }

    private void call(HttpRequest.Builder request) throws InterruptedException {
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            if (stopped) {
                throw new InterruptedException("stopped");
            }
            var pause = Duration.ofMillis(100L << attempt);
            try {
                var answer = http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
                var status = answer.statusCode();
                if (status != 429 && status < 500) {
                    if (status >= 400) {
                        log.warn("{} answered the crowd {}: {}", answer.uri().getPath(), status, answer.body());
                    }
                    return;
                }
                pause = answer.headers()
                        .firstValue("Retry-After")
                        .map(after -> Duration.ofSeconds(Math.min(30, Long.parseLong(after))))
                        .orElse(pause);
            } catch (IOException | NumberFormatException e) {
                log.debug("The crowd tries again", e);
            }
            Thread.sleep(pause.toMillis());
        }
        log.warn("Something of the crowd was not taken in {} tries", TRIES);
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
