package io.wayfarer.ingest.webhook;

import com.fasterxml.jackson.core.JsonToken;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.Understood.Refused;
import io.wayfarer.ingest.http.HttpCall;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * HubSpot's webhooks, signature version 3
 * (https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation). The secret
 * is the app's client secret. A delivery is an array of changes; those of contacts become events, and the contact's
 * properties traits of the person. Changes of what is no person, such as deals, are refused: they do not say whose they
 * are.
 *
 * <p>A contact's number goes in as {@code anonymousId}: like a browser it stands for somebody who may turn out to be a
 * person we know, by the email that a later change brings. As {@code userId} it would be a person of its own for ever.
 */
@Component
public final class HubSpotV3 implements WebhookScheme {

    private static final int MAX_CHANGES = 500;
    private static final Map<String, String> TRAITS =
            Map.of("firstname", "firstName", "lastname", "lastName", "jobtitle", "title", "hs_language", "locale");

    private final String url;

    HubSpotV3(Sources sources) {
        this.url = sources.url().endsWith("/")
                ? sources.url().substring(0, sources.url().length() - 1)
                : sources.url();
    }

    @Override
    public String name() {
        return "hubspot-v3";
    }

    @Override
    public void checkSecret(String secret) {
        if (secret.length() < 16) {
            throw new IllegalArgumentException("the secret is shorter than 16 characters");
        }
    }

    @Override
    public Instant verify(HttpCall call, String secret) {
        var signature = WebhookScheme.signed(call, "X-HubSpot-Signature-v3");
        var timestamp = WebhookScheme.signed(call, "X-HubSpot-Request-Timestamp");
        var query = call.request().getQueryString();
        var uri = url + call.request().getRequestURI() + (query == null ? "" : "?" + query);
        var expected = WebhookScheme.hmac(
                WebhookScheme.bytes(secret),
                WebhookScheme.bytes(call.request().getMethod() + decoded(uri)),
                call.body(),
                WebhookScheme.bytes(timestamp));
        var wanted = WebhookScheme.bytes(Base64.getEncoder().encodeToString(expected));
        if (!MessageDigest.isEqual(wanted, WebhookScheme.bytes(signature))) {
            throw Refusal.unauthorised("the signature is wrong");
        }
        return WebhookScheme.recent(timestamp, Duration.ofMillis(1), call);
    }

    /** HubSpot signs the URI with these characters as they are, however they were sent. */
    private static String decoded(String uri) {
        if (uri.indexOf('%') < 0) {
            return uri;
        }
        var result = uri;
        for (var c : ":/?@!$'()*,;".toCharArray()) {
            var code = Integer.toHexString(c);
            result = result.replace("%" + code.toUpperCase(java.util.Locale.ROOT), String.valueOf(c))
                    .replace("%" + code, String.valueOf(c));
        }
        return result;
    }

    @Override
    public Understood understood(HttpCall call, String source, Instant sentAt, Instant receivedAt) {
        var events = new ArrayList<Event>();
        var refused = new ArrayList<Refused>();
        try {
            var json = BoundedJson.of(call.body());
            // one change by itself is what the quarantine keeps
            var alone = json.parser().nextToken() == JsonToken.START_OBJECT && call.request() == null;
            if (!alone && json.parser().currentToken() != JsonToken.START_ARRAY) {
                throw Refusal.bad(null, "the body must be an array of changes");
            }
            while (alone ? events.size() + refused.size() == 0 : json.parser().nextToken() != JsonToken.END_ARRAY) {
                if (events.size() + refused.size() == MAX_CHANGES) {
                    throw Refusal.bad(null, "a delivery may have at most " + MAX_CHANGES + " changes");
                }
                var message = json.message();
                try {
                    if (message.refusal() != null) {
                        throw message.refusal();
                    }
                    events.add(event(message.fields(), source, sentAt, receivedAt));
                } catch (Refusal refusal) {
                    refused.add(new Refused(
                            messageId(message.fields()), refusal, json.text(message.start(), message.end())));
                }
            }
            json.end();
        } catch (IOException e) {
            throw BoundedJson.malformed(e);
        }
        return new Understood(events, refused);
    }

    private static Event event(Map<String, Object> change, String source, Instant sentAt, Instant receivedAt) {
        var type = Fields.text(change, "subscriptionType", Fields.MAX_EVENT_NAME);
        if (type == null) {
            throw Refusal.bad("subscriptionType", "subscriptionType is required");
        }
        if (!isOfContact(type, change)) {
            throw Refusal.bad("subscriptionType", type + " does not say which person it is about");
        }
        var contact = Fields.id(change, "objectId");
        if (contact == null) {
            throw Refusal.bad("objectId", "objectId is required");
        }
        if (Fields.id(change, "eventId") == null) {
            throw Refusal.bad("eventId", "eventId is required");
        }
        var property = Fields.text(change, "propertyName", BoundedJson.MAX_NAME);
        var value = change.get("propertyValue");
        var traits = new LinkedHashMap<String, Object>();
        var properties = new LinkedHashMap<String, Object>();
        if (property != null && value != null) {
            properties.put("property", property);
            properties.put("value", value);
            if (!property.equals("email")) {
                traits.put(TRAITS.getOrDefault(property, property), value);
            }
        }
        var messageId = messageId(change);
        return new Event(
                Event.idOf(source, messageId),
                source,
                messageId,
                nameOf(type),
                "crm",
                EventTime.at(EventTime.parse(change.get("occurredAt"), "occurredAt"), sentAt, receivedAt),
                receivedAt,
                null,
                "hubspot:" + contact,
                "email".equals(property) ? EmailAddress.of(value) : null,
                Map.of(),
                traits,
                properties,
                Map.of());
    }

    /** By its name, or, in the newer form {@code object.propertyChange}, by the number of the type of contacts. */
    private static boolean isOfContact(String type, Map<String, Object> change) {
        return type.startsWith("contact.") || type.startsWith("object.") && "0-1".equals(change.get("objectTypeId"));
    }

    private static String nameOf(String type) {
        return switch (type.substring(type.indexOf('.') + 1)) {
            case "creation" -> "Contact Created";
            case "propertyChange" -> "Contact Changed";
            case "deletion" -> "Contact Deleted";
            case "privacyDeletion" -> "Contact Erasure Asked";
            case "merge" -> "Contact Merged";
            case "restore" -> "Contact Restored";
            case "associationChange" -> "Contact Association Changed";
            default -> throw Refusal.bad("subscriptionType", "a change of an unknown kind");
        };
    }

    /** HubSpot does not promise that an eventId alone is unique; a delivery tried again has all three the same. */
    private static String messageId(Map<String, Object> change) {
        return !change.containsKey("eventId")
                ? null
                : change.get("eventId") + "-" + change.get("subscriptionId") + "-" + change.get("occurredAt");
    }
}
