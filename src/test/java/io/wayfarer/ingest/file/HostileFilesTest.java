package io.wayfarer.ingest.file;

import static io.wayfarer.Events.NOON;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Imports.NamedMapping;
import io.wayfarer.ingest.Imports.RefusedRow;
import io.wayfarer.ingest.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as strangers, and old programs, write them: each ends with an error that names row and column, and soon. */
@Timeout(60)
class HostileFilesTest {

    private static final long MAX_UNPACKED = 200L << 20;

    @TempDir
    Path dir;

    private final List<Event> events = new ArrayList<>();
    private final List<RefusedRow> refused = new ArrayList<>();

    private void read(byte[] file, String mapping) throws IOException {
        var path = Files.write(dir.resolve("file"), file);
        var named = mapping == null
                ? null
                : new NamedMapping(
                        "test",
                        Mapping.read(mapping.replace('\'', '"').getBytes(UTF_8)).asMap());
        var reading = Reading.of(path, named, MAX_UNPACKED);
        try (var rows = reading.rows(bytes -> {})) {
            var made = new RowEvents(reading.mapping(), rows.header(), reading.source(), "hash", NOON);
            for (var row = rows.next(); row != null; row = rows.next()) {
                made.next(row).forEach(this::keep);
            }
            made.end().forEach(this::keep);
        }
    }

    private void read(String file, String mapping) throws IOException {
        read(file.getBytes(UTF_8), mapping);
    }

    private void keep(Outcome outcome) {
        if (outcome.event() != null) {
            events.add(outcome.event());
        }
        refused.addAll(outcome.refused());
    }

    private static final String USER = "{'userId':'id','traits':{'name':'name'}}";

    @Test
    void aQuoteThatIsNeverClosedCostsItsLineAlone() throws IOException {
        read(
                "id,name\n1,Ada\n2,\"Bob\n3,\"Eve, \"\"the\"\" one\"\n4,\"two\nlines\"\n5,5\" pipe\n6,\"x\"y\n7,Zoe\n",
                USER);

        assertThat(events)
                .extracting(event -> event.traits().get("name"))
                .containsExactly("Ada", "Eve, \"the\" one", "two\nlines", "5\" pipe", "Zoe");
        assertThat(refused).extracting(RefusedRow::row).containsExactly(3L, 8L);
        assertThat(refused.get(0).reason()).contains("a quote in column 2 is not closed");
    }

    @Test
    void manyOpenQuotesTakeNoLongerThanTheyMay() throws IOException {
        read("id,name\n" + "1,\"x\n".repeat(20_001) + "1,ok\n", USER);

        assertThat(events).isNotEmpty();
        assertThat(events.size() + refused.size()).isLessThanOrEqualTo(20_002);
    }

    @Test
    void aLineOfAGigabyteIsRefusedAloneAndNotHeldInMemory() throws IOException {
        var lines = new Lines(new Gigabyte());
        var rows = new CsvRows(lines, ',', null, true);

        assertThat(rows.header()).containsExactly("id", "name");
        var huge = rows.next();
        assertThat(huge.number()).isEqualTo(2);
        assertThat(huge.refusal().getMessage()).contains("more than 65536 characters");
        assertThat(rows.next().cells()).containsEntry("id", "2");
        assertThat(rows.next()).isNull();
    }

    /** A header, a line of 2^30 characters, and a sound one. */
    private static final class Gigabyte extends Reader {

        private static final String START = "id,name\n1,";
        private static final String END = "\n2,Bob\n";
        private long at;

        @Override
        public int read(char[] buffer, int from, int length) {
            var endsAt = START.length() + (1L << 30);
            if (at >= endsAt + END.length()) {
                return -1;
            }
            if (at >= START.length() && at < endsAt) {
                var some = (int) Math.min(length, endsAt - at);
                Arrays.fill(buffer, from, from + some, 'x');
                at += some;
                return some;
            }
            buffer[from] = at < START.length() ? START.charAt((int) at) : END.charAt((int) (at - endsAt));
            at++;
            return 1;
        }

        @Override
        public void close() {}
    }

    @Test
    void aHeaderOfManyColumnsIsRefusedAndARowOfManyIsRefusedAlone() throws IOException {
        var many = IntStream.range(0, 10_000).mapToObj(Integer::toString).collect(Collectors.joining(","));

        assertThatThrownBy(() -> read(many + "\n1\n", USER)).hasMessage("row 1: it has more than 1000 columns");
        read("id,name\n" + many + "\n1,Ada\n" + ",".repeat(30_000) + "\n", USER);
        assertThat(events).hasSize(1);
        assertThat(refused)
                .extracting(RefusedRow::reason)
                .containsOnly("it has more than 1000 columns")
                .hasSize(2);
    }

    @Test
    void latin1AndGb18030AreReadWhenTheMappingSaysSoAndRefusedByRowAndColumnWhenNobodyDoes() throws IOException {
        var latin = "id,name\n1,Ada\n2,Jürgen\n".getBytes(ISO_8859_1);
        read(latin, USER);
        assertThat(events).hasSize(1);
        assertThat(refused).hasSize(1);
        assertThat(refused.get(0).row()).isEqualTo(3);
        assertThat(refused.get(0).column()).isEqualTo("name");
        assertThat(refused.get(0).reason()).contains("no text in the file's charset");

        events.clear();
        read(latin, "{'userId':'id','traits':{'name':'name'},'charset':'ISO-8859-1'}");
        read(
                "id,name\n3,联通\n".getBytes(Charset.forName("GB18030")),
                "{'userId':'id','traits':{'name':'name'},'charset':'GB18030'}");
        read("id,name\n4,Zoë\n", "{'userId':'id','traits':{'name':'name'},'charset':'GB18030'}");
        read(("\uFEFFid;name\n5;Zoë\n").getBytes(UTF_16LE), USER);
        read("\uFEFFid\tname\n6\tZoë\n", USER);

        assertThat(events)
                .extracting(event -> event.traits().get("name"))
                .containsExactly("Ada", "Jürgen", "联通", "Zoë", "Zoë", "Zoë");
    }

    @Test
    void nulBytesAreRefusedByRowAndColumn() throws IOException {
        read("id,name\n1,A\u0000da\n2,Bob\n", USER);

        assertThat(events).hasSize(1);
        assertThat(refused.get(0).reason()).isEqualTo("name holds the NUL character");
        assertThatThrownBy(() -> read("id,name\n1,Ada".getBytes(UTF_16LE), USER))
                .hasMessageContaining("is it UTF-16");
    }

    @Test
    void anEmptyFileIsAnErrorAndAHeaderAloneIsNone() throws IOException {
        assertThatThrownBy(() -> read("", USER)).isInstanceOf(Refusal.class).hasMessage("the file is empty");
        assertThatThrownBy(() -> read("\n\n  \n", USER)).hasMessage("the file is empty");
        read("id,name\n", USER);
        assertThat(events).isEmpty();
        assertThat(refused).isEmpty();
    }

    @Test
    void theOrderOfTheColumnsDoesNotMatterAndAWrongDelimiterOrADoubleNameIsSaid() throws IOException {
        read("name,more,id\nAda,x,1\n", USER);
        assertThat(events.get(0).userId()).isEqualTo("1");

        assertThatThrownBy(() -> read("id,name\n1,Ada\n", "{'userId':'id','delimiter':';'}"))
                .hasMessage("row 1: there is no column id. The header is: id,name");
        assertThatThrownBy(() -> read("id,name,id\n1,Ada,2\n", USER)).hasMessage("row 1: there are several columns id");
        read("id,name,x,x\n2,Bob,1,2\n", USER);
        assertThat(events).hasSize(2);
    }

    @Test
    void aTruncatedGzipGivesTheRowsThatAreThere() throws IOException {
        var packed = gzip("id,name\n"
                + IntStream.range(0, 50_000)
                        .mapToObj(i -> i + ",name" + i * 7919 + "\n")
                        .collect(Collectors.joining()));

        assertThatThrownBy(() -> read(Arrays.copyOf(packed, packed.length / 2), USER))
                .isInstanceOf(EOFException.class);
        assertThat(events).hasSizeGreaterThan(1_000);
        assertThat(refused).isEmpty();
    }

    @Test
    void aGzipThatUnpacksToTooMuchIsStopped() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            zeros(gzip, 300L << 20);
        }
        assertThatThrownBy(() -> read(bomb.toByteArray(), USER))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(413));
        assertThatThrownBy(() -> read(new byte[] {0x1F, (byte) 0x8B, 1, 2, 3}, USER))
                .hasMessageContaining("gzip");
    }

    @Test
    void jsonLinesAreReadAndTheBadOnesRefused() throws IOException {
        read(
                "{\"id\":\"1\",\"name\":\"Ada\",\"address\":{\"city\":\"London\"}}\n\n"
                        + "{\"id\":2}\n"
                        + "[1]\n"
                        + "{\"id\":\n"
                        + "{} {}\n"
                        + "{\"id\":\"9\",\"x\":" + "[".repeat(500) + "]".repeat(500) + "}\n",
                "{'userId':'id','traits':{'name':'name','city':'address.city'}}");

        assertThat(events).extracting(Event::userId).containsExactly("1", "2");
        assertThat(events.get(0).traits()).containsEntry("city", "London");
        assertThat(refused).extracting(RefusedRow::row).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void aWorkbookIsReadWithItsNumbersDatesAndSavedFormulas() throws IOException {
        read(
                workbook(
                        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\""
                                + " t=\"inlineStr\"><is><t>name</t></is></c><c r=\"C1\""
                                + " t=\"inlineStr\"><is><t>at</t></is></c></row><row r=\"2\"><c"
                                + " r=\"A2\"><v>17850</v></c><c r=\"B2\" t=\"str\"><f>A1&amp;\"x\"</f><v>Ada</v></c><c"
                                + " r=\"C2\"><v>40513.5</v></c></row><row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"B3\""
                                + " t=\"e\"><v>#DIV/0!</v></c></row>",
                        ""),
                "{'userId':'id','traits':{'name':'name'},'timestamp':'at'}");

        assertThat(events).hasSize(1);
        assertThat(events.get(0).userId()).isEqualTo("17850");
        assertThat(events.get(0).traits()).containsEntry("name", "Ada");
        assertThat(events.get(0).at()).isEqualTo("2010-12-01T12:00:00Z");
        assertThat(refused).hasSize(1);
        assertThat(refused.get(0).row()).isEqualTo(3);
        assertThat(refused.get(0).column()).isEqualTo("name");
    }

    @Test
    void aPackedWorkbookIsReadToo() throws IOException {
        read(gzip(workbook(ROW_ONE + "<row r=\"2\"><c r=\"A2\"><v>5</v></c></row>", "")), "{'userId':'id'}");

        assertThat(events).extracting(Event::userId).containsExactly("5");
        try (var left = Files.list(dir)) {
            assertThat(left).hasSize(1);
        }
    }

    private static final String ROW_ONE = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>|&e;",
                "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>|&b;",
                "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">|x"
            })
    void entitiesInAWorkbookAreRefused(String doctypeAndText) {
        var parts = doctypeAndText.split("\\|");
        assertThatThrownBy(() -> read(
                        workbook(
                                ROW_ONE + "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>" + parts[1]
                                        + "</t></is></c></row>",
                                parts[0]),
                        "{'userId':'id'}"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("declares a document type");
    }

    @Test
    void aWorkbookThatIsABombIsStopped() throws IOException {
        var bomb = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bomb)) {
            zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
            zip.write("<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>".getBytes(UTF_8));
            zeros(zip, 100L << 20);
        }
        assertThatThrownBy(() -> read(bomb.toByteArray(), "{'userId':'id'}")).isInstanceOf(Refusal.class);

        assertThatThrownBy(() -> read(
                        workbook(ROW_ONE + "<row r=\"2\"><c r=\"ZZZZZZ2\"><v>1</v></c></row>", ""), "{'userId':'id'}"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("address");
        assertThatThrownBy(() -> read("PK\u0003\u0004 and no more", "{'userId':'id'}"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("damaged");
    }

    private static byte[] workbook(String rows, String doctype) {
        var parts = Map.of(
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override"
                        + " PartName=\"/xl/workbook.xml\""
                        + " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override"
                        + " PartName=\"/xl/sharedStrings.xml\""
                        + " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/><Override"
                        + " PartName=\"/xl/worksheets/sheet1.xml\""
                        + " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
                "_rels/.rels",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship"
                        + " Id=\"rId1\""
                        + " Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\""
                        + " Target=\"xl/workbook.xml\"/></Relationships>",
                "xl/_rels/workbook.xml.rels",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship"
                        + " Id=\"rId1\""
                        + " Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\""
                        + " Target=\"worksheets/sheet1.xml\"/></Relationships>",
                "xl/workbook.xml",
                "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
                        + " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
                        + "<sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                "xl/sharedStrings.xml",
                "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"1\""
                        + " uniqueCount=\"1\"><si><t>id</t></si></sst>",
                "xl/worksheets/sheet1.xml",
                doctype + "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
                        + rows + "</sheetData></worksheet>");
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue().getBytes(UTF_8));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        return gzip(text.getBytes(UTF_8));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static void zeros(OutputStream out, long count) throws IOException {
        var block = new byte[1 << 20];
        Arrays.fill(block, (byte) '0');
        for (long written = 0; written < count; written += block.length) {
            out.write(block);
        }
    }
}
