package io.wayfarer.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.http.HttpCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** What the mappings beside the routes make of deliveries. */
class MappingsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Mappings MAPPINGS = new Mappings(List.of("classpath:routes/*.camel.yaml"));

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} by SMS")
    @CsvSource({"STOP, false", "' stop ', false", "Stopp, false", "退订, false", "START, true"})
    void aWordThatEndsSmsEndsConsentToThem(String text, boolean granted) {
        var event = sms(text);

        assertThat(event.get("type").asText()).isEqualTo("Consent Changed");
        assertThat(event.at("/ids/phone").asText()).isEqualTo("+4915112345678");
        assertThat(event.at("/properties/topic").asText()).isEqualTo("sms");
        assertThat(event.at("/properties/granted").asBoolean()).isEqualTo(granted);
    }

    @ParameterizedTest
    @CsvSource({"stop that noise", "do not stop", "''"})
    void otherWordsAreAMessage(String text) {
        assertThat(sms(text).get("type").asText()).isEqualTo("Message Received");
    }

    private static JsonNode sms(String text) {
        var body = JSON.createObjectNode()
                .put("id", "7")
                .put("from", "+4915112345678")
                .put("text", text);
        return MAPPINGS.apply(
                        "in-crm-sms.jslt", Delivery.of(Map.of(), "d1", Instant.parse("2026-03-01T12:00:00Z"), body))
                .get(0);
    }

    @Test
    void aShopifyOrderSaysWhoBoughtWhat() {
        var event = shopify(
                        "orders/create",
                        "{'id':1001,'email':'ada@example.org','cart_token':'c1','total_price':'57.90','currency':'EUR',"
                                + "'financial_status':'paid','processed_at':'2026-03-01T12:00:00+01:00','created_at':null,"
                                + "'customer':{'id':7,'first_name':'Ada','phone':null,"
                                + "'email_marketing_consent':{'state':'subscribed'}},"
                                + "'line_items':[{'product_id':5,'sku':'K-1','title':'Kettle','price':'39.90','quantity':1,"
                                + "'variant_id':55},{'product_id':6,'title':'Tea','price':'9.00','quantity':2}]}")
                .get(0);
        assertThat(event)
                .isEqualTo(json(
                        "{'type':'Order Completed','id':'orders/create:d1','timestamp':'2026-03-01T12:00:00+01:00',"
                                + "'anonymousId':'c1','email':'ada@example.org','ids':{'shopify':'7'},"
                                + "'traits':{'firstName':'Ada','consent':{'marketing':true}},'properties':{'order_id':'1001',"
                                + "'total':57.9,'currency':'EUR','status':'paid','products':["
                                + "{'product_id':'5','sku':'K-1','name':'Kettle','variant':'55','price':39.9,'quantity':1},"
                                + "{'product_id':'6','name':'Tea','price':9.0,'quantity':2}],'line_count':2}}"));
    }

    @Test
    void anUpdatedShopifyOrderTellsOfItsRefunds() {
        var events = shopify(
                "orders/updated",
                "{'id':1001,'email':'ada@example.org','customer':{'id':7},'updated_at':'2026-03-03T12:00:00Z',"
                        + "'refunds':[{'id':9,'created_at':'2026-03-02T12:00:00Z','note':'broken','transactions':"
                        + "[{'kind':'refund','status':'success','amount':'9.00','currency':'EUR'},"
                        + "{'kind':'refund','status':'failure','amount':'90.00'},{'kind':'void','amount':'1.00'}]},"
                        + "{'id':10,'created_at':'2026-03-02T13:00:00Z','transactions':[],"
                        + "'refund_line_items':[{'quantity':1,'subtotal':4.5,'total_tax':0.5,"
                        + "'line_item':{'product_id':6,'title':'Tea','price':'4.50'}}]}]}");
        assertThat(events)
                .extracting(event -> event.get("type").asText())
                .containsExactly("Order Updated", "Order Refunded", "Order Refunded");
        assertThat(events.get(1).get("id").asText()).isEqualTo("refund:9");
        assertThat(events.get(1).get("email").asText()).isEqualTo("ada@example.org");
        assertThat(events.get(1).at("/properties/total").asDouble()).isEqualTo(9.0);
        assertThat(events.get(1).at("/properties/order_id").asText()).isEqualTo("1001");
        assertThat(events.get(2).at("/properties/total").asDouble()).isEqualTo(5.0);
        assertThat(events.get(2).at("/properties/products/0/product_id").asText())
                .isEqualTo("6");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            customers/create | {'id':7,'email':'a@example.org'} | Contact Created
            customers/update | {'id':7,'email':'a@example.org'} | Contact Changed
            customers/delete | {'id':7} | Contact Deleted
            carts/update | {'token':'c1','line_items':[{'product_id':1}]} | Cart Viewed
            carts/update | {'token':'c1','line_items':[]} | Cart Cleared
            checkouts/create | {'cart_token':'c1','line_items':[{'product_id':1}]} | Checkout Started
            orders/cancelled | {'id':1,'email':'a@example.org'} | Order Cancelled
            orders/fulfilled | {'id':1,'email':'a@example.org'} | Order Fulfilled
            products/update | {'id':1,'title':'Kettle'} | Product Changed
            products/delete | {'id':1} | Product Changed
            variants/out_of_stock | {'id':1,'product_id':2,'inventory_quantity':0} | Stock Changed
            inventory_levels/update | {'inventory_item_id':1,'location_id':2,'available':0} | Stock Changed
            inventory_levels/update | {'inventory_item_id':1,'location_id':2,'available':null} | -
            customers_email_marketing_consent/update | {'customer_id':7,'email_marketing_consent':{'state':'subscribed'}} | Consent Changed
            customers_email_marketing_consent/update | {'customer_id':7,'email_marketing_consent':{'state':'unsubscribed'}} | Consent Changed
            customers_email_marketing_consent/update | {'customer_id':7,'email_marketing_consent':{'state':'pending'}} | -
            refunds/create | {'id':9,'order_id':1} | -
            themes/publish | {'id':9} | -
            """)
    void aTopicOfShopifyIsAnEventOrNotUsed(String topic, String body, String name) {
        var said = shopify(topic, body);
        assertThat(said).hasSize(1);
        if (name.equals("-")) {
            assertThat(said.get(0)).isEqualTo(JSON.createObjectNode().put("notUsed", topic));
        } else {
            assertThat(said.get(0).get("type").asText()).isEqualTo(name);
        }
    }

    @Test
    void consentIsWhatWasSaidPlainly() {
        var topic = "customers_email_marketing_consent/update";
        var state = "{'customer_id':7,'email_marketing_consent':{'state':'%s'}}";
        assertThat(shopify(topic, state.formatted("subscribed")).get(0).at("/properties/granted"))
                .isEqualTo(JSON.getNodeFactory().booleanNode(true));
        assertThat(shopify(topic, state.formatted("unsubscribed")).get(0).at("/properties/granted"))
                .isEqualTo(JSON.getNodeFactory().booleanNode(false));
        assertThat(shopify("customers/update", "{'id':7,'email_marketing_consent':{'state':'pending'}}")
                        .get(0)
                        .at("/traits/consent")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void hubSpotsContactsBecomeEventsAndTheRestIsNotUsed() {
        var said = mapped(
                "hubspot",
                Map.of(),
                "[{'eventId':1,'subscriptionId':5,'occurredAt':1772452740000,'subscriptionType':'contact.creation','objectId':123},"
                        + "{'eventId':2,'subscriptionId':5,'occurredAt':1772452740000,'subscriptionType':'contact.propertyChange','objectId':123,'propertyName':'email','propertyValue':'Ada@example.org'},"
                        + "{'eventId':3,'subscriptionId':5,'occurredAt':1772452740000,'subscriptionType':'object.propertyChange','objectTypeId':'0-1','objectId':123,'propertyName':'firstname','propertyValue':'Ada'},"
                        + "{'eventId':4,'subscriptionType':'deal.creation','objectId':9},"
                        + "{'eventId':5,'subscriptionType':'contact.explosion','objectId':9}, 7]");
        assertThat(said).hasSize(6);
        assertThat(said.get(0))
                .isEqualTo(json("{'type':'Contact Created','id':'1-5-1772452740000','timestamp':1772452740000,"
                        + "'ids':{'hubspot':'123'}}"));
        assertThat(said.get(1).get("email").asText()).isEqualTo("Ada@example.org");
        assertThat(said.get(1).has("traits")).isFalse();
        assertThat(said.get(2).get("type").asText()).isEqualTo("Contact Changed");
        assertThat(said.get(2).get("traits")).isEqualTo(json("{'firstName':'Ada'}"));
        assertThat(said.get(3)).isEqualTo(json("{'notUsed':'deal.creation'}"));
        assertThat(said.get(4)).isEqualTo(json("{'notUsed':'contact.explosion'}"));
        assertThat(said.get(5).has("type")).isFalse();
    }

    @Test
    void pipedrivesVersionsSayTheSame() {
        var one = mapped(
                "pipedrive",
                Map.of(),
                "{'v':1,'meta':{'action':'added','object':'person','id':3,'timestamp':1680840511,'timestamp_micro':1680840511329055},"
                        + "'current':{'id':3,'name':'Ada L','first_name':'Ada','email':[{'value':'old@example.org'},"
                        + "{'value':'ada@example.org','primary':true}],'phone':[{'value':'+4930901820','primary':true}]},"
                        + "'previous':null,'event':'added.person'}");
        var two = mapped(
                "pipedrive",
                Map.of(),
                "{'meta':{'action':'create','entity':'person','entity_id':'3','timestamp':'2023-04-07T04:08:31.000Z',"
                        + "'version':'2.0','correlation_id':'c-1'},'data':{'id':3,'name':'Ada L','first_name':'Ada',"
                        + "'emails':[{'value':'old@example.org'},{'value':'ada@example.org','primary':true}],"
                        + "'phones':[{'value':'+4930901820','primary':true}]},'previous':null}");
        assertThat(one.get(0).get("timestamp").asLong()).isEqualTo(1680840511000L);
        assertThat(one.get(0).get("id").asText()).isEqualTo("3-added-person-1680840511329055");
        assertThat(two.get(0).get("id").asText()).isEqualTo("3-create-person-c-1");
        for (var said : List.of(one, two)) {
            var event = said.get(0).<ObjectNode>deepCopy().remove(List.of("id", "timestamp"));
            assertThat((JsonNode) event)
                    .isEqualTo(json("{'type':'Contact Created','email':'ada@example.org',"
                            + "'ids':{'pipedrive':'3','phone':'+4930901820'},'traits':{'email':'ada@example.org',"
                            + "'phone':'+4930901820','name':'Ada L','firstName':'Ada'}}"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {'action':'create','entity':'deal'} | {'id':1,'person_id':3,'value':10,'status':'open'} | null | Deal Created
            {'action':'change','entity':'deal'} | {'id':1,'person_id':3,'status':'won'} | {'status':'open'} | Deal Won
            {'action':'change','entity':'deal'} | {'id':1,'person_id':3,'status':'lost'} | {'status':'open'} | Deal Lost
            {'action':'change','entity':'deal'} | {'id':1,'person_id':3,'status':'won'} | {'title':'x'} | Deal Changed
            {'action':'delete','entity':'deal','entity_id':'1'} | null | {'id':1,'person_id':3} | Deal Deleted
            {'action':'create','entity':'deal'} | {'id':1,'person_id':null} | null | -deal without a person
            {'action':'delete','entity':'person','entity_id':'3'} | null | {'id':3} | Contact Deleted
            {'action':'change','entity':'product'} | {'id':1,'name':'Kettle','prices':[{'price':39.9,'currency':'EUR'}]} | {} | Product Changed
            {'action':'create','entity':'activity'} | {'id':1} | null | -create.activity
            """)
    void whatHappenedInPipedriveHasItsName(String meta, String data, String previous, String name) {
        var said = mapped("pipedrive", Map.of(), "{'meta':%s,'data':%s,'previous':%s}".formatted(meta, data, previous));
        assertThat(said).hasSize(1);
        assertThat(said.get(0).path(name.startsWith("-") ? "notUsed" : "type").asText())
                .isEqualTo(name.replaceFirst("^-", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Contact | <Id>003A</Id><Email>ada@example.org</Email><CreatedDate>2026-03-01T12:00:00Z</CreatedDate><LastModifiedDate>2026-03-01T12:00:00Z</LastModifiedDate> | Contact Created
            Contact | <Id>003A</Id><CreatedDate>2026-03-01T12:00:00Z</CreatedDate><LastModifiedDate>2026-03-02T12:00:00Z</LastModifiedDate> | Contact Changed
            Lead | <Id>00QA</Id><IsDeleted>true</IsDeleted> | Contact Deleted
            Case | <Id>500A</Id><ContactId>003A</ContactId><Description>It broke.</Description> | Ticket Opened
            Case | <Id>500A</Id><SuppliedEmail>ada@example.org</SuppliedEmail><IsClosed>true</IsClosed> | Ticket Closed
            Case | <Id>500A</Id> | -Case
            Opportunity | <Id>006A</Id><ContactId>003A</ContactId><IsClosed>true</IsClosed><IsWon>true</IsWon><Amount>10.5</Amount> | Deal Won
            Opportunity | <Id>006A</Id><IsClosed>true</IsClosed><IsWon>true</IsWon> | -Opportunity
            Order | <Id>801A</Id><BillToContactId>003A</BillToContactId><StatusCode>Activated</StatusCode> | Order Completed
            Product2 | <Id>01tA</Id><Name>Kettle</Name><IsActive>true</IsActive> | Product Changed
            Campaign | <Id>701A</Id> | -Campaign
            """)
    void anObjectOfSalesforceIsAnEventOrNotUsed(String type, String fields, String name) {
        var said = MAPPINGS.apply(
                "in-crm-salesforce.jslt", delivery(Map.of(), new SalesforceOutbound().read(soap(type, fields))));
        assertThat(said).hasSize(1);
        assertThat(said.get(0).path(name.startsWith("-") ? "notUsed" : "type").asText())
                .isEqualTo(name.replaceFirst("^-", ""));
        if (!name.startsWith("-")) {
            assertThat(said.get(0).get("id").asText()).isEqualTo(type.equals("Order") ? "activated-801A" : "04lA");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ticket.created | {'id':'5','requester_id':'7','subject':'Kettle','description':'It broke.'} | {} | Ticket Opened
            ticket.status_changed | {'id':'5','requester_id':'7'} | {'current':'SOLVED','previous':'OPEN'} | Ticket Closed
            ticket.status_changed | {'id':'5','requester_id':'7'} | {'current':'OPEN','previous':'NEW'} | Ticket Changed
            ticket.comment_added | {'id':'5'} | {'comment':{'author':{'id':'7','is_staff':false},'body':'Still broken','is_public':true}} | Ticket Commented
            ticket.comment_added | {'id':'5'} | {'comment':{'author':{'id':'8','is_staff':true},'body':'We look','is_public':true}} | -ticket.comment_added
            user.created | {'id':'7','email':'ada@example.org','role':'end-user'} | {} | Contact Created
            user.active_changed | {'id':'7','email':'','role':'end-user'} | {} | Contact Changed
            user.created | {'id':'8','role':'agent'} | {} | -user.created
            organization.created | {'id':'9'} | {} | -organization.created
            """)
    void whatHappenedInZendeskHasItsName(String type, String detail, String event, String name) {
        var said = mapped(
                "zendesk",
                Map.of(),
                "{'type':'zen:event-type:%s','id':'e1','time':'2026-03-01T12:00:00Z','detail':%s,'event':%s}"
                        .formatted(type, detail, event));
        assertThat(said).hasSize(1);
        assertThat(said.get(0).path(name.startsWith("-") ? "notUsed" : "type").asText())
                .isEqualTo(name.replaceFirst("^-", ""));
        if (!name.startsWith("-")) {
            assertThat(said.get(0).at("/ids/zendesk").asText()).isEqualTo("7");
        }
    }

    @Test
    void aTriggerOfZendeskMaySayAPlainEvent() {
        var plain = "{'type':'Ticket Opened','email':'ada@example.org','properties':{'text':'It broke.'}}";
        assertThat(mapped("zendesk", Map.of(), plain)).containsExactly(json(plain));
        assertThat(mapped("zendesk", Map.of(), "{'notification':{'ticket_id':'5'}}"))
                .containsExactly(json("{'notUsed':'notification'}"));
    }

    @ParameterizedTest
    @CsvSource({"null", "7", "'[]'", "'{}'", "'[null]'", "'[[[]]]'", "'\"text\"'", "'{\"meta\":7,\"type\":7,\"id\":{}}'"
    })
    void whateverASignedBodyIsNoMappingFailsUnforeseen(String body) {
        for (var crm : List.of("shopify", "hubspot", "pipedrive", "salesforce", "zendesk")) {
            try {
                var said = MAPPINGS.apply("in-crm-" + crm + ".jslt", delivery(Map.of(), json(body)));
                assertThat(said.isArray()).isTrue();
            } catch (Refusal refusal) {
                assertThat(refusal.getMessage()).startsWith("in-crm-" + crm + ".jslt: ");
            }
        }
    }

    @Test
    void aTypoIsFoundAtTheStartWithTheFilesName() throws IOException {
        Files.writeString(folder.resolve("in-crm-acme.jslt"), "[{\"type\": if }]");
        assertThatThrownBy(() -> own(Duration.ofSeconds(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in-crm-acme.jslt");
    }

    @Test
    void aMappingThatDoesNotEndIsGivenUp() throws IOException {
        // doubles its way into the next century
        Files.writeString(
                folder.resolve("slow.jslt"),
                "def f(n) if ($n == 0) 1 else f($n - 1) + f($n - 1)\nf(if (.body == \"slow\") 60 else 1)");
        Files.writeString(folder.resolve("deep.jslt"), "def f(n) 1 + f($n + 1)\nf(0)");
        Files.writeString(folder.resolve("failing.jslt"), "error(\"no such \" + .body)");
        var own = own(Duration.ofMillis(300));
        for (int i = 0; i < 4; i++) {
            assertThat(catchThrowableOfType(
                            Refusal.class, () -> own.apply("slow.jslt", delivery(Map.of(), json("'slow'")))))
                    .returns(400, Refusal::status)
                    .hasMessage("slow.jslt takes longer than 300 ms");
        }
        assertThat(catchThrowableOfType(
                        Refusal.class, () -> own.apply("slow.jslt", delivery(Map.of(), json("'fast'")))))
                .as("its threads are taken: the sender comes again")
                .returns(429, Refusal::status);
        assertThatThrownBy(() -> own.apply("deep.jslt", delivery(Map.of(), json("1"))))
                .as("and the others go on")
                .isInstanceOf(Refusal.class)
                .hasMessage("deep.jslt goes too deep");
        assertThatThrownBy(() -> own.apply("failing.jslt", delivery(Map.of(), json("'thing'"))))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no such thing");
    }

    private Mappings own(Duration limit) {
        return new Mappings(List.of("classpath:no/such/folder/*.camel.yaml", folder.toUri() + "*.camel.yaml"), limit);
    }

    private static List<JsonNode> shopify(String topic, String body) {
        return mapped("shopify", Map.of("X-Shopify-Topic", topic), body);
    }

    private static List<JsonNode> mapped(String crm, Map<String, String> headers, String body) {
        var said = MAPPINGS.apply("in-crm-" + crm + ".jslt", delivery(headers, json(body)));
        assertThat(said.isArray()).isTrue();
        // as text and back: a number is a number, whatever its class
        return List.of(JSON.convertValue(json(said.toString().replace("'", "\u2019")), JsonNode[].class));
    }

    private static JsonNode delivery(Map<String, String> headers, JsonNode body) {
        var request = new MockHttpServletRequest("POST", "/webhooks/crm");
        headers.forEach(request::addHeader);
        return Delivery.of(
                Delivery.headers(new HttpCall(request, new byte[0], Instant.EPOCH)), "d1", Instant.EPOCH, body);
    }

    private static HttpCall soap(String type, String fields) {
        var message = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>"
                + "<notifications xmlns='http://soap.sforce.com/2005/09/outbound'><Notification><Id>04lA</Id>"
                + "<sObject xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='sf:" + type
                + "' xmlns='urn:sobject.enterprise.soap.sforce.com'>" + fields
                + "</sObject></Notification></notifications></e:Body></e:Envelope>";
        return new HttpCall(
                new MockHttpServletRequest("POST", "/webhooks/crm"), message.getBytes(UTF_8), Instant.EPOCH);
    }

    private static JsonNode json(String quotedWithApostrophes) {
        try {
            return JSON.readTree(quotedWithApostrophes.replace('\'', '"'));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
