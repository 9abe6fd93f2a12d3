package io.wayfarer.learn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wayfarer.learn.table.Column.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

    @TempDir
    Path folder;

    @Test
    void eachColumnIsOfTheKindThatItsValuesAre() throws IOException {
        var rows = IntStream.range(0, 200)
                .mapToObj(i -> "%d.5,%s,%s,2026-01-%02d,%s,%s,,fixed"
                        .formatted(
                                i % 90,
                                i % 2 == 0 ? "TRUE" : "FALSE",
                                new String[] {"north", "south", "east"}[i % 3],
                                1 + i % 28,
                                "K" + i * 7919 + "Q",
                                "I came here on day " + i + " and was quite happy with it"))
                .collect(Collectors.joining("\n"));
        var table = Table.read(
                CsvFile.write(folder, "\uFEFFamount,member,region,since,code,remark,nothing,always\n" + rows));
        assertThat(table.rows()).isEqualTo(200);
        assertThat(table.columns())
                .extracting(Column::kind)
                .containsExactly(
                        Kind.NUMBER,
                        Kind.YES_NO,
                        Kind.CATEGORY,
                        Kind.DATE,
                        Kind.IDENTIFIER,
                        Kind.TEXT,
                        Kind.EMPTY,
                        Kind.CATEGORY);
        assertThat(table.columns().get(0).name()).isEqualTo("amount");
        assertThat(table.columns().get(1).numbers()).startsWith(1, 0, 1);
        assertThat(table.columns().get(7).constant()).isTrue();
        assertThat(table.column("REGION").orElseThrow().levels()).containsExactly("north", "south", "east");
    }

    @Test
    void whatIsNoNumberIsMissingAndInfinityIsNone() throws IOException {
        var numbers = IntStream.range(0, 100).mapToObj(String::valueOf).collect(Collectors.joining("\n"));
        var column = Table.read(CsvFile.write(
                        folder, "x\n" + numbers + "\nNaN\nInfinity\n-inf\n1e999\nN/A\n?\nabout 7\n-1.5e2\n.5\n"))
                .columns()
                .get(0);
        assertThat(column.kind()).isEqualTo(Kind.NUMBER);
        assertThat(column.missing()).isEqualTo(7);
        assertThat(column.strangers()).isEqualTo(2);
        assertThat(column.numbers()).hasSize(109);
        assertThat(column.numbers()[107]).isEqualTo(-150);
        assertThat(column.numbers()[108]).isEqualTo(0.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "\t", "|"})
    void theDividerIsFoundAndThenACommaIsADecimalPoint(String divider) throws IOException {
        var table = Table.read(CsvFile.write(folder, "a%1$sb\n1,5%1$s\"x%1$sy\"\n2%1$sz\n".formatted(divider)));
        assertThat(table.columns().get(0).numbers()).containsExactly(1.5, 2);
        assertThat(table.columns().get(1).levels()).containsExactly("x" + divider + "y", "z");
    }

    @Test
    void aWrongEncodingIsRefusedByItsLine() throws IOException {
        var file = folder.resolve("latin.csv");
        var good = "name,city\n" + "a,b\n".repeat(20_000);
        Files.write(file, (good + "x,K\u00F6ln\n" + "a,b\n".repeat(20_000)).getBytes(StandardCharsets.ISO_8859_1));
        refused(file, "line 20002 of latin.csv is not UTF-8");
        Files.write(file, "a,b\n1,2\n".getBytes(StandardCharsets.UTF_16));
        refused(file, "UTF-16");
        Files.write(file, "a,\u6635\n1,2\n".getBytes("GBK"));
        refused(file, "line 1 of latin.csv is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|is empty",
                "'a,b\n'|no row",
                "'a,a\n1,2\n'|two columns named 'a'",
                "'a,\n1,2\n'|column 2 of table.csv needs a name",
                "'a,b\n1,2\n1,2,3\n'|line 3 has 3 cells, and the first row has 2 names",
            })
    void aFileThatIsNoTableIsRefusedWithTheReason(String text, String reason) {
        refused(CsvFile.write(folder, text), reason);
    }

    @Test
    void aQuoteThatIsNeverClosedIsRefused() {
        refused(CsvFile.write(folder, "a,b\n1,\"2\n" + "1,2\n".repeat(100_000)), "is a quote not closed");
    }

    @Test
    void aTableHasABound() {
        var file = CsvFile.write(folder, "a,b\n" + "1,2\n".repeat(100));
        assertThatExceptionOfType(TableRefused.class)
                .isThrownBy(() -> Table.read(file, 99, 1000))
                .withMessageContaining("99 rows");
        assertThatExceptionOfType(TableRefused.class)
                .isThrownBy(() -> Table.read(file, 1000, 199))
                .withMessageContaining("199 cells");
        refused(folder.resolve("none.csv"), "there is no such file");
        refused(CsvFile.write(folder, "a,".repeat(1001) + "b\n"), "1002 columns");
    }

    @Test
    void aMillionDifferentValuesAreNotKept() throws IOException {
        var text = new StringBuilder("key\n");
        for (int i = 0; i < 1_000_000; i++) {
            text.append("k").append(i * 31).append("z\n");
        }
        var column =
                Table.read(CsvFile.write(folder, text.toString())).columns().get(0);
        assertThat(column.kind()).isEqualTo(Kind.IDENTIFIER);
        assertThat(column.levels()).isEmpty();
        assertThat(column.codes()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "Full Name",
                "firstName",
                "last_name",
                "customer_name",
                "email",
                "E-Mail",
                "email_address",
                "contactEmail",
                "phone",
                "Phone 2",
                "mobile",
                "tel",
                "customer_id",
                "customerId",
                "CustomerID",
                "user_id",
                "id",
                "ID",
                "session_id",
                "card_number",
                "creditCardNo",
                "iban",
                "ssn",
                "ip_address",
                "street",
                "address",
                "passport_no",
                "uuid",
                "username",
                "phone_hash",
                "姓名",
                "客户姓名",
                "手机",
                "电话",
                "邮箱",
                "身份证",
                "customer"
            })
    void theNameOfAColumnThatSaysWhoSomebodyIs(String name) {
        assertThat(Identifiers.byName(name)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "age", "income", "product_name", "campaign name", "email_opens", "phone_calls_30d", "region", "visits",
                        "category_id",
                "cardType", "names_count", "days_since_email_click", "PageValues", "paid", "valid", "年龄", "idle_time",
                        "grid"
            })
    void theNameOfAColumnThatSaysWhatSomebodyDoes(String name) {
        assertThat(Identifiers.byName(name)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "ada@example.org, an email address",
        "write to ada@example.org please, an email address",
        "+49 170 1234567, a phone number",
        "(030) 123-4567, a phone number",
        "0170/1234567, a phone number",
        "13812345678, a phone number",
        "212-555-2368, a phone number",
        "4111 1111 1111 1111, a card number",
        "4111111111111111, a card number",
        "4111111111111112, ''",
        "123-45-6789, an identity number",
        "11010519491231002X, an identity number",
        "DE89 3704 0044 0532 0130 00, an account number",
        "192.168.10.4, an IP address",
        "2001:db8:0:0:0:0:0:1, an IP address",
        "123e4567-e89b-12d3-a456-426614174000, an id",
        "2026-01-31, ''",
        "2026-01-31T10:00:00Z, ''",
        "0.0123456789, ''",
        "1234567, ''",
        "Returning_Visitor, ''",
        "spring sale 2026, ''",
    })
    void aValueThatSaysWhoSomebodyIs(String value, String what) {
        if (what.isEmpty()) {
            assertThat(Identifiers.byContent(value)).isNull();
        } else {
            assertThat(Identifiers.byContent(value)).isEqualTo(what);
        }
    }

    private static void refused(Path file, String reason) {
        assertThatExceptionOfType(TableRefused.class)
                .isThrownBy(() -> Table.read(file))
                .withMessageContaining(reason);
    }
}
