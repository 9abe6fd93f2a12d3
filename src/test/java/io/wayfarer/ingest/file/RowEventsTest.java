package io.wayfarer.ingest.file;

import static io.wayfarer.Events.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Imports.NamedMapping;
import io.wayfarer.ingest.Imports.RefusedRow;
import io.wayfarer.ingest.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows as events, by a mapping and by a guess. */
class RowEventsTest {

    private static final String ORDERS =
            """
            {"userId":"customer","timestamp":{"column":"date","format":"d/M/yyyy HH:mm"},"zone":"Europe/London","currency":"GBP",
             "order":{"number":"invoice","refundPrefix":"C","products":{"product_id":"sku",
               "quantity":{"column":"qty","type":"number"},"price":{"column":"price","type":"number"}}}}""";

    @TempDir
    Path dir;

    private final List<Event> events = new ArrayList<>();
    private final List<RefusedRow> refused = new ArrayList<>();

    private Mapping read(String file, String mapping) throws IOException {
        var path = Files.writeString(dir.resolve("file"), file);
        var named = mapping == null
                ? null
                : new NamedMapping("test", Mapping.read(mapping.getBytes(UTF_8)).asMap());
        var reading = Reading.of(path, named, 1 << 30);
        try (var rows = reading.rows(bytes -> {})) {
            var made = new RowEvents(reading.mapping(), rows.header(), reading.source(), "hash", NOON);
            var outcomes = new ArrayList<Outcome>();
            for (var row = rows.next(); row != null; row = rows.next()) {
                outcomes.addAll(made.next(row));
            }
            outcomes.addAll(made.end());
            for (var outcome : outcomes) {
                if (outcome.event() != null) {
                    events.add(outcome.event());
                }
                refused.addAll(outcome.refused());
            }
        }
        return reading.mapping();
    }

    @Test
    void theRowsOfOneOrderAreOneEventAndReturnsAreARefund() throws IOException {
        read(
                "invoice,customer,date,sku,qty,price\n"
                        + "1,ada,1/7/2025 10:00,A,2,1.10\n1,ada,1/7/2025 10:00,B,1,0.05\n"
                        + "C2,ada,2/7/2025 10:00,A,-1,1.10\n"
                        + "3,bob,2/7/2025 10:00,A,3,2\n3,bob,2/7/2025 10:00,B,-1,5\n",
                ORDERS);

        assertThat(refused).isEmpty();
        assertThat(events)
                .extracting(Event::name)
                .containsExactly("Order Completed", "Order Refunded", "Order Completed", "Order Refunded");
        assertThat(events.get(0).properties())
                .containsEntry("order_id", "1")
                .containsEntry("total", 2.25)
                .containsEntry("currency", "GBP")
                .containsEntry(
                        "products",
                        List.of(
                                Map.of("product_id", "A", "quantity", 2L, "price", 1.1),
                                Map.of("product_id", "B", "quantity", 1L, "price", 0.05)));
        assertThat(events.get(0).at()).isEqualTo("2025-07-01T09:00:00Z");
        assertThat(events).extracting(event -> event.properties().get("total")).containsExactly(2.25, 1.1, 6.0, 5.0);
        assertThat(events).extracting(Event::messageId).doesNotHaveDuplicates();
    }

    @Test
    void anOrderWithARowThatCannotBeReadIsRefusedWhole() throws IOException {
        read(
                "invoice,customer,date,sku,qty,price\n"
                        + "1,ada,1/7/2025 10:00,A,2,1\n1,ada,1/7/2025 10:00,B,many,1\n1,ada\n1,ada,1/7/2025 10:00,C,1,1\n"
                        + "broken\n2,bob,1/7/2025 10:00,A,1,1\n2,eve,1/7/2025 10:00,A,1,1\n3,,1/7/2025 10:00,A,1,1\nbroken\n"
                        + "4,zoe,1/7/2025 10:00,A,1,1\n,zoe,1/7/2025 10:00,A,1,1\n",
                ORDERS);

        assertThat(events).extracting(Event::userId).containsExactly("zoe");
        assertThat(refused).extracting(RefusedRow::row).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 12L);
        assertThat(refused.get(0).reason()).isEqualTo("row 3 of its order is refused: qty is no number: many");
        assertThat(refused.get(1).column()).isEqualTo("qty");
        assertThat(refused.get(6).reason()).contains("another than in the rest of its order");
        assertThat(refused.get(7).reason()).isEqualTo("it names nobody: customer is empty");
    }

    @Test
    void anOrderThatNeverEndsIsRefusedAndTheNextOneIsNot() throws IOException {
        read(
                "invoice,customer,date,sku,qty,price\n" + "1,ada,1/7/2025 10:00,A,2,1\n".repeat(5_000)
                        + "2,bob,1/7/2025 10:00,A,1,1\n",
                ORDERS);

        assertThat(refused).hasSize(5_000);
        assertThat(events).extracting(Event::userId).containsExactly("bob");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ". | 1,234.50   | 1234.5",
                ". | -5         | -5",
                ". | 1,5        |",
                ". | 1e3        | 1000",
                ". | 12 000     | 12000",
                ". | NaN        |",
                ". | 0x10       |",
                ". | 5 pieces   |",
                ", | 1.234,50   | 1234.5",
                ", | 1,5        | 1.5",
                ", | 1,234.50   |",
                ", | 1'234'567  | 1234567",
            })
    void numbersAreReadByTheirDecimals(String decimal, String text, Double number) throws IOException {
        read(
                "id;n\n1;" + text + "\n",
                "{\"userId\":\"id\",\"decimal\":\"" + decimal
                        + "\",\"delimiter\":\";\",\"event\":{\"value\":\"x\"},\"properties\":{\"n\":{\"column\":\"n\",\"type\":\"number\"}}}");

        if (number == null) {
            assertThat(refused.get(0).reason()).startsWith("n is no number: ");
        } else {
            assertThat(Event.toNumber(events.get(0).properties().get("n"))).isEqualTo(number);
        }
    }

    @Test
    void whoSomebodyIsIsCheckedAndConsentIsReadInto() throws IOException {
        read(
                "mail,tel,ok\nAda@Example.org,030 1234567,yes\nnobody,,no\n,12,\n",
                """
                {"email":"mail","phone":"tel","region":"DE","traits":{"consent.marketing":{"column":"ok","type":"truth"}}}""");

        assertThat(events).hasSize(1);
        assertThat(events.get(0).name()).isEqualTo("Identified");
        assertThat(events.get(0).email()).isEqualTo("ada@example.org");
        assertThat(events.get(0).ids()).containsEntry("phone", "+49301234567");
        assertThat(events.get(0).traits())
                .containsEntry("email", "ada@example.org")
                .containsEntry("consent", Map.of("marketing", true));
        assertThat(refused).extracting(RefusedRow::column).containsExactly("mail", "tel");
    }

    @Test
    void aMappingIsGuessedFromTheHeader() throws IOException {
        var orders = read(
                "InvoiceNo;StockCode;Quantity;InvoiceDate;UnitPrice;CustomerID\n1;A;2;31/1/2025 10:00;1,50;ada\n",
                null);
        assertThat(orders.order().number()).isEqualTo("InvoiceNo");
        assertThat(orders.decimal()).isEqualTo(",");
        assertThat(events.get(0).properties()).containsEntry("total", 3.0);

        read(
                "{\"email\":\"ada@example.org\",\"event\":\"signed_up\",\"plan\":\"pro\",\"time\":\"2026-03-01T10:00:00Z\"}\n",
                null);
        assertThat(events.get(1).name()).isEqualTo("Signed Up");
        assertThat(events.get(1).properties()).containsEntry("plan", "pro");
        assertThat(events.get(1).at()).isEqualTo("2026-03-01T10:00:00Z");

        var feed = read("id,title,price,availability\np1,Kettle,39.90 EUR,out_of_stock\n", null);
        assertThat(feed.kind()).isEqualTo(Mapping.Kind.products);

        assertThatThrownBy(() -> read("a,b\n1,2\n", null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("who somebody is");
        assertThatThrownBy(() -> read("email,date\na@b.de,1/2/2025\n", null))
                .hasMessageContaining("day or month first");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usrId {'usrId':'a'}",
                "userId {'event':'b'}",
                "charset {'userId':'a','charset':'no such'}",
                "delimiter {'userId':'a','delimiter':'::'}",
                "zone {'userId':'a','zone':'Mars'}",
                "format {'userId':'a','timestamp':{'column':'t','format':'qqqq{'}}",
                "properties.x.type {'userId':'a','properties':{'x':{'column':'x','type':'bignum'}}}",
                "properties.product_id {'kind':'products'}",
                "order.number {'userId':'a','order':{}}"
            })
    void aMappingThatCannotBeUsedIsRefusedByItsField(String fieldAndMapping) {
        var parts = fieldAndMapping.split(" ", 2);
        assertThatThrownBy(() -> Mapping.read(parts[1].replace('\'', '"').getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.field()).isEqualTo(parts[0]));
    }
}
