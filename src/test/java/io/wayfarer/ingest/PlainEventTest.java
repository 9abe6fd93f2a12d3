package io.wayfarer.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape in which any program may say an event. */
class PlainEventTest {

    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private static final PlainEvent.Delivery DELIVERY = new PlainEvent.Delivery("webhook:test", "crm", NOW, NOW);

    @Test
    void itSaysWhoAndWhat() {
        var event = plain("{'type':'order.completed','timestamp':'2026-03-02T11:59:00Z',"
                + "'data':{'userId':'u1','email':'Ada@example.org','traits':{'plan':'pro'},'total':12.5,'lines':[1],"
                + "'ids':{'hubspot':123,'phone':'+49 30 901820'}}}");
        assertThat(event)
                .returns("Order Completed", Event::name)
                .returns("u1", Event::userId)
                .returns("ada@example.org", Event::email)
                .returns(Map.of("hubspot", "123", "phone", "+49 30 901820"), Event::ids)
                .returns(Map.of("plan", "pro"), Event::traits)
                .returns(Map.of("total", 12.5, "lines", List.of(1)), Event::properties)
                .returns("m1", Event::messageId)
                .returns("crm", Event::channel)
                .returns(NOW.minusSeconds(60), Event::at);
        assertThat(plain("{'type':'Order Completed','email':'a@example.org','total':1}")
                        .properties())
                .isEqualTo(Map.of("total", 1));
        assertThat(plain("{'type':'Survey Answered','data':{'userId':1,'properties':{'rating':5},'other':1}}")
                        .properties())
                .isEqualTo(Map.of("rating", 5));
    }

    @Test
    void anIdOfACrmIsEnoughToNameAPerson() {
        assertThat(plain("{'type':'Deal Won','ids':{'pipedrive':3}}"))
                .returns(Map.of("pipedrive", "3"), Event::ids)
                .returns(null, Event::userId)
                .returns("pipedrive=3", Event::orderKey);
    }

    @Test
    void whatIsAboutAThingNamesNobody() {
        assertThat(plain("{'type':'stock.changed','data':{'product_id':'kettle','quantity':3}}"))
                .returns(true, Event::isAboutAThing)
                .returns(false, Event::namesAPerson);
    }

    @Test
    void withoutAnIdItsContentIsOne() {
        var said = "{'type':'order.completed','timestamp':'2026-03-02T11:59:00Z','userId':'u1'}";
        assertThat(plain(said, null).id()).isEqualTo(plain(said, null).id());
        assertThat(plain(said, null).id())
                .isNotEqualTo(plain(said.replace("u1", "u2"), null).id());
        assertThat(plain(said.replace("{'type", "{'id':'own','type"), null).messageId())
                .isEqualTo("own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'test': 2432232314}",
                "{'type':'order.completed','data':{'total':1}}",
                "{'type':'order.completed','data':{'email':'nobody'}}",
                "{'type':'order.completed','data':{'ids':{}}}",
                "{'type':'order.completed','data':{'ids':{'Hub Spot':'1'}}}",
                "{'type':'order.completed','data':{'ids':{'a-kind-of-more-than-20':'1'}}}",
                "{'type':'order.completed','data':{'ids':{'hubspot':{'id':1}}}}",
                "{'type':'order.completed','data':{'ids':"
                        + "{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1,'i':1,'j':1,'k':1}}}",
                "{'type':'order.completed','data':7}",
                "{'type':7,'data':{'userId':'u'}}",
                "{'type':'order.completed','timestamp':'soon','data':{'userId':'u'}}"
            })
    void whatNamesNoPersonOrNoEventIsRefused(String body) {
        assertThat(catchThrowableOfType(Refusal.class, () -> plain(body))).returns(400, Refusal::status);
    }

    @ParameterizedTest
    @CsvSource({
        "order.completed, Order Completed",
        "product_viewed, Product Viewed",
        "checkout.step-viewed, Checkout Step Viewed",
        "email.bounced, Email Bounced",
        "email.complained, Email Marked as Spam",
        "email.marked_as_spam, Email Marked as Spam",
        "email.clicked, Email Link Clicked",
        "email.opened, Email Opened",
        "Order Completed, Order Completed",
        "iPhone bought, iPhone bought",
        "..., ...",
        "invoice, Invoice"
    })
    void dottedTypesBecomeNamesOfTheSpecifications(String type, String name) {
        assertThat(EventNames.of(type)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "com.example.order.completed, Order Completed",
        "org.example.shop.v1.email.clicked, Email Link Clicked",
        "com.example.Order Completed, Order Completed",
        "order.completed, Order Completed",
        "invoice.paid, Invoice Paid",
        "invoice, Invoice",
        "com.example.invoice.paid, com.example.invoice.paid",
        "..., ..."
    })
    void aDomainBeforeATypeIsLeftOutWhereTheRestIsUnderstood(String type, String name) {
        assertThat(EventNames.ofQualified(type)).isEqualTo(name);
    }

    private static Event plain(String body) {
        return plain(body, "m1");
    }

    private static Event plain(String body, String id) {
        return PlainEvent.of(
                BoundedJson.message(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), id, DELIVERY);
    }
}
