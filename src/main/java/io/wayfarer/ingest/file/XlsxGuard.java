package io.wayfarer.ingest.file;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import io.wayfarer.ingest.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a workbook once before the library does, and holds it to what a spreadsheet program would have written: the
 * library takes a part, a cell or an address of any size.
 */
final class XlsxGuard {

    private static final int MAX_PARTS = 2_000;
    /** Texts that cells share are held in memory. */
    private static final long MAX_SHARED = 64L << 20;

    private static final long MAX_SHEET = 4L << 30;
    private static final long MAX_OTHER = 16L << 20;
    /** A cell's limit in Excel is 32,767 characters. */
    private static final int MAX_TEXT = 32_767;

    private static final int MAX_WITHOUT_A_TAG = 256 * 1024;
    /** XFD, Excel's last column. */
    private static final int LAST_COLUMN = 16_384;

    private static final int MAX_ARRAY_FORMULAS = 1_000;
    private static final int MAX_DEPTH = 64;

    private static final XMLInputFactory XML = new InputFactoryImpl();

    static {
        XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    }

    private XlsxGuard() {}

    /** @throws Refusal saying what is wrong with it */
    static void check(Path file) throws IOException {
        try (var zip = new ZipFile(file.toFile())) {
            if (zip.size() > MAX_PARTS) {
                throw Refusal.tooLarge("the workbook has more than " + MAX_PARTS + " parts");
            }
            for (var entries = zip.entries(); entries.hasMoreElements(); ) {
                var entry = entries.nextElement();
                var name = entry.getName();
                if (name.endsWith(".xml") || name.endsWith(".rels")) {
                    var limit = name.endsWith("sharedStrings.xml")
                            ? MAX_SHARED
                            : name.contains("/worksheets/") ? MAX_SHEET : MAX_OTHER;
                    try (var part = new WatchedInput(zip.getInputStream(entry), new Bounds(name, limit))) {
                        check(part, name);
                    }
                }
            }
        } catch (ZipException e) {
            throw Refusal.bad(null, "the workbook is damaged: " + e.getMessage());
        }
    }

    private static void check(InputStream part, String name) throws IOException {
        try {
            var xml = XML.createXMLStreamReader(part);
            var row = 0L;
            var cell = "";
            var text = 0;
            var rowText = 0;
            var formulas = 0;
            var depth = 0;
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.DTD -> throw Refusal.bad(null, name + " declares a document type");
                    case XMLStreamConstants.ENTITY_REFERENCE -> throw Refusal.bad(null, name + " uses an entity");
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (++depth > MAX_DEPTH) {
                            throw Refusal.bad(null, name + " is nested deeper than " + MAX_DEPTH + " levels");
                        }
                        switch (xml.getLocalName()) {
                            case "row" -> {
                                row++;
                                rowText = 0;
                            }
                            case "c" -> {
                                cell = checkedAddress(xml, name);
                                text = 0;
                            }
                            case "si" -> text = 0;
                            case "f" -> {
                                if ("array".equals(xml.getAttributeValue(null, "t"))
                                        && ++formulas > MAX_ARRAY_FORMULAS) {
                                    throw Refusal.tooLarge(
                                            name + " has more than " + MAX_ARRAY_FORMULAS + " array formulas");
                                }
                            }
                            default -> {
                                // of no concern
                            }
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> depth--;
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        text += xml.getTextLength();
                        rowText += xml.getTextLength();
                        if (text > MAX_TEXT && !xml.isWhiteSpace() || rowText > 4 << 20 && row > 0) {
                            throw Refusal.tooLarge(
                                    "%s: row %d%s: a cell has more than %d characters, or the row more than 4 million"
                                            .formatted(name, row, cell.isEmpty() ? "" : ", cell " + cell, MAX_TEXT));
                        }
                    }
                    default -> {
                        // of no concern
                    }
                }
            }
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof IOException io) {
                throw io;
            }
            var at = e.getLocation();
            throw Refusal.bad(
                    null,
                    "the workbook is damaged: " + name + " is no valid XML"
                            + (at == null
                                    ? ""
                                    : " at line " + at.getLineNumber() + ", column " + at.getColumnNumber()));
        }
    }

    private static String checkedAddress(XMLStreamReader xml, String name) {
        var address = xml.getAttributeValue(null, "r");
        if (address == null) {
            return "";
        }
        var column = 0L;
        for (int i = 0; i < address.length() && column <= LAST_COLUMN; i++) {
            var c = Character.toUpperCase(address.charAt(i));
            if (c >= 'A' && c <= 'Z') {
                column = column * 26 + (c - 'A' + 1);
            }
        }
        if (address.length() > 12 || column > LAST_COLUMN) {
            throw Refusal.bad(null, name + ": there is no cell with the address that one claims to have");
        }
        return address;
    }

    /** Holds a part to a bound, and how much of it comes without a tag. */
    private static final class Bounds implements WatchedInput.Watch {

        private final String name;
        private final long limit;
        private int run;

        Bounds(String name, long limit) {
            this.name = name;
            this.limit = limit;
        }

        @Override
        public void saw(byte[] bytes, int from, int length, long total) {
            if (total > limit) {
                throw Refusal.tooLarge(name + " unpacks to more than " + limit + " bytes");
            }
            for (int i = from; i < from + length; i++) {
                run = bytes[i] == '<' ? 0 : run + 1;
                if (run > MAX_WITHOUT_A_TAG) {
                    throw Refusal.tooLarge(name + " has a text of more than " + MAX_WITHOUT_A_TAG + " bytes");
                }
            }
        }
    }
}
