package io.wayfarer.ingest.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.HttpCall;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.springframework.stereotype.Component;

/**
 * Salesforce's outbound messages: SOAP, with up to 100 notifications in one
 * (https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm). Salesforce signs
 * nothing, so the secret stands in the URL that it calls, as {@code ?secret=} or as password of HTTP Basic; or it is the
 * organization's id, which each message holds.
 *
 * <p>As JSON a message is {@code {"organizationId": ..., "actionId": ..., "notifications": [{"id": ..., "type": "Lead",
 * "fields": {"Id": ..., "Email": ...}}]}}. The session id is left out: it would let one into Salesforce.
 */
@Component
final class SalesforceOutbound implements WebhookScheme {

    private static final String NAMESPACE = "http://soap.sforce.com/2005/09/outbound";
    private static final String TYPES = XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI;
    private static final int MAX_DEPTH = 20;
    private static final XMLInputFactory XML = factory();

    private static final Answer ACKNOWLEDGED = new Answer(
            200,
            "text/xml;charset=UTF-8",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                    + "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
                    + "<notificationsResponse xmlns=\"" + NAMESPACE + "\"><Ack>true</Ack></notificationsResponse>"
                    + "</soapenv:Body></soapenv:Envelope>");

    private static XMLInputFactory factory() {
        // Java's own, whatever else is on the class path
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        return factory;
    }

    @Override
    public String name() {
        return "salesforce-outbound";
    }

    @Override
    public String mapping() {
        return "salesforce";
    }

    @Override
    public void check(Sources.Webhook source) {
        WebhookScheme.checkLength(source.secret());
    }

    @Override
    public Instant verify(HttpCall call, Sources.Webhook source) {
        if (!isSecret(password(call), source) && !isSecret(query(call), source)) {
            String organization;
            try {
                organization = read(call).path("organizationId").asText();
            } catch (Refusal e) {
                organization = null;
            }
            if (!isSecret(organization, source)) {
                throw Refusal.unauthorised("the secret is missing or wrong");
            }
        }
        return call.at();
    }

    private static boolean isSecret(String presented, Sources.Webhook source) {
        return presented != null
                && MessageDigest.isEqual(WebhookScheme.bytes(source.secret()), WebhookScheme.bytes(presented));
    }

    private static String password(HttpCall call) {
        var pair = call.credentials();
        return pair == null ? null : pair.substring(pair.indexOf(':') + 1);
    }

    private static String query(HttpCall call) {
        var query = call.request().getQueryString();
        return Stream.ofNullable(query)
                .flatMap(all -> Arrays.stream(all.split("&")))
                .filter(parameter -> parameter.startsWith("secret="))
                .map(parameter -> decoded(parameter.substring("secret=".length())))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public JsonNode read(HttpCall call) {
        try {
            return message(XML.createXMLStreamReader(new ByteArrayInputStream(call.unpacked())));
        } catch (XMLStreamException e) {
            var at = e.getLocation();
            throw Refusal.bad(
                    null,
                    at == null
                            ? "the body is not valid XML"
                            : "the body is not valid XML at line %d, column %d"
                                    .formatted(at.getLineNumber(), at.getColumnNumber()));
        }
    }

    private static JsonNode message(XMLStreamReader xml) throws XMLStreamException {
        var message = JsonNodeFactory.instance.objectNode();
        var notifications = message.putArray("notifications");
        var found = false;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw Refusal.bad(null, "the body declares or uses entities, which are not read");
                case XMLStreamConstants.START_ELEMENT -> {
                    switch (NAMESPACE.equals(xml.getNamespaceURI()) ? xml.getLocalName() : "") {
                        case "notifications" -> found = true;
                        case "OrganizationId" -> message.set("organizationId", value(xml, 1));
                        case "ActionId" -> message.set("actionId", value(xml, 1));
                        case "Notification" -> notifications.add(notification(xml));
                        default -> {
                            // the envelope, and what is not used
                        }
                    }
                }
                default -> {
                    // white space, comments and the like
                }
            }
        }
        if (!found) {
            throw Refusal.bad(null, "the body holds no notifications of Salesforce");
        }
        return message;
    }

    private static ObjectNode notification(XMLStreamReader xml) throws XMLStreamException {
        var notification = JsonNodeFactory.instance.objectNode();
        while (xml.next() != XMLStreamConstants.END_ELEMENT) {
            if (xml.isStartElement()) {
                if (xml.getLocalName().equals("sObject")) {
                    var type = xml.getAttributeValue(TYPES, "type");
                    notification.put("type", type == null ? null : type.substring(type.indexOf(':') + 1));
                    notification.set("fields", value(xml, 1));
                } else {
                    notification.set(xml.getLocalName().equals("Id") ? "id" : xml.getLocalName(), value(xml, 1));
                }
            }
        }
        return notification;
    }

    /** The element at which the reader is: its text, or, when it has elements in it, an object; null when it is nil. */
    private static JsonNode value(XMLStreamReader xml, int depth) throws XMLStreamException {
        if (depth > MAX_DEPTH) {
            throw Refusal.bad(null, "the body is nested deeper than " + MAX_DEPTH + " levels");
        }
        var nil = "true".equals(xml.getAttributeValue(TYPES, "nil"));
        var text = new StringBuilder();
        ObjectNode object = null;
        for (var event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                object = object == null ? JsonNodeFactory.instance.objectNode() : object;
                var name = xml.getLocalName();
                var value = value(xml, depth + 1);
                // Salesforce says the Id twice
                object.putIfAbsent(name, value);
            } else if (xml.hasText() && event != XMLStreamConstants.COMMENT) {
                if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw Refusal.bad(null, "the body declares or uses entities, which are not read");
                }
                text.append(xml.getText());
            }
        }
        if (object != null) {
            return object;
        }
        return nil ? JsonNodeFactory.instance.nullNode() : TextNode.valueOf(text.toString());
    }

    /** Whatever was stored, counted or seen before is acknowledged; else Salesforce sends it again for a day. */
    @Override
    public Answer answer(Answer told) {
        return ACKNOWLEDGED;
    }

    @Override
    public String shown(HttpCall call) {
        return call.shown().replaceAll("(?s)(<(?:\\w+:)?SessionId>)[^<]*", "$1");
    }
}
