package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Refusal;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file as it lies on disk, and what it turns out to be. Its name says nothing: a file is gzip, a workbook, JSON lines
 * or CSV by how it begins.
 */
final class ImportFile {

    enum Format {
        csv,
        json,
        xlsx
    }

    private static final String DELIMITERS = ",;\t|";
    private static final int SAMPLE = 20;
    /** A table packs to a tenth, repetitive ones to a hundredth; zeros to a thousandth. */
    private static final int MAX_RATIO = 300;

    private static final long RATIO_COUNTS_FROM = 64L << 20;

    private final Path path;
    private final long maxUnpacked;
    private final Mapping mapping;
    private final boolean packed;
    private final Format format;
    private final Charset charset;
    private final int mark;
    private final boolean sound;

    /**
     * @param mapping what is known of the file, or null
     * @param maxUnpacked bytes of it, unpacked
     * @throws Refusal when it is empty, or no file of ours
     */
    ImportFile(Path path, Mapping mapping, long maxUnpacked) throws IOException {
        this.path = path;
        this.mapping = mapping;
        this.maxUnpacked = maxUnpacked;
        byte[] start;
        try (var in = Files.newInputStream(path)) {
            var head = in.readNBytes(2);
            packed = head.length == 2 && head[0] == 0x1F && head[1] == (byte) 0x8B;
        }
        try (var in = unpacked(bytes -> {})) {
            start = in.readNBytes(1024);
        }
        if (start.length == 0) {
            throw Refusal.bad(null, "the file is empty");
        }
        if (start.length > 3 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4) {
            format = Format.xlsx;
            charset = null;
            mark = 0;
            sound = true;
            return;
        }
        if (start.length > 3 && start[0] == (byte) 0xD0 && start[1] == (byte) 0xCF && start[2] == 0x11) {
            throw Refusal.bad(null, "this is the old binary format of Excel, or a locked workbook: save it as .xlsx");
        }
        var marked = Marked.of(start);
        mark = marked == null ? 0 : marked.length;
        sound = isSound(marked == null ? StandardCharsets.UTF_8 : marked.charset);
        charset = marked != null
                ? marked.charset
                : sound || mapping == null || mapping.charset() == null
                        ? StandardCharsets.UTF_8
                        : Charset.forName(mapping.charset());
        format = new String(start, mark, start.length - mark, charset)
                        .stripLeading()
                        .startsWith("{")
                ? Format.json
                : Format.csv;
    }

    private enum Marked {
        UTF_8(StandardCharsets.UTF_8, 0xEF, 0xBB, 0xBF),
        UTF_16BE(StandardCharsets.UTF_16BE, 0xFE, 0xFF),
        UTF_16LE(StandardCharsets.UTF_16LE, 0xFF, 0xFE);

        private final Charset charset;
        private final int[] bytes;
        private final int length;

        Marked(Charset charset, int... bytes) {
            this.charset = charset;
            this.bytes = bytes;
            this.length = bytes.length;
        }

        static Marked of(byte[] start) {
            return Arrays.stream(values())
                    .filter(mark -> mark.begins(start))
                    .findFirst()
                    .orElse(null);
        }

        private boolean begins(byte[] start) {
            for (int i = 0; i < length; i++) {
                if (i >= start.length || (start[i] & 0xFF) != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    Format format() {
        return format;
    }

    /** Null for a workbook. */
    Charset charset() {
        return charset;
    }

    /**
     * Reads it from the beginning.
     *
     * @param delimiter of CSV
     * @param read is told how many bytes on disk have been read
     */
    Rows rows(char delimiter, LongConsumer read) throws IOException {
        var columns = mapping == null ? null : mapping.columns();
        return switch (format) {
            case json -> new JsonRows(lines(read), sound);
            case csv -> new CsvRows(lines(read), delimiter, columns, sound);
            case xlsx -> workbook(columns);
        };
    }

    /** What stands between the columns: as the mapping says, or what divides the first lines best. */
    char delimiter() throws IOException {
        if (format != Format.csv) {
            return ',';
        }
        if (mapping != null && mapping.delimiter() != null) {
            return mapping.delimiter().charAt(0);
        }
        var best = ',';
        var most = 1;
        for (var candidate : DELIMITERS.toCharArray()) {
            var columns = columns(candidate);
            if (columns > most) {
                most = columns;
                best = candidate;
            }
        }
        return best;
    }

    /** How many columns the delimiter divides the header into, when it does so with most of the rows after it too. */
    private int columns(char delimiter) throws IOException {
        try (var rows = new CsvRows(lines(bytes -> {}), delimiter, null, sound)) {
            var alike = 0;
            var seen = 0;
            for (var row = rows.next(); row != null && seen < SAMPLE; row = rows.next()) {
                seen++;
                alike += row.text().size() == rows.header().size() ? 1 : 0;
            }
            return seen == 0 || alike * 2 >= seen ? rows.header().size() : 1;
        } catch (Refusal e) {
            return 1;
        }
    }

    private Rows workbook(List<String> columns) throws IOException {
        if (!packed) {
            return new XlsxRows(path, false, columns);
        }
        var whole = path.resolveSibling(path.getFileName() + ".xlsx");
        try (var in = unpacked(bytes -> {})) {
            Files.copy(in, whole, StandardCopyOption.REPLACE_EXISTING);
        }
        return new XlsxRows(whole, true, columns);
    }

    private Lines lines(LongConsumer read) throws IOException {
        var in = unpacked(read);
        in.skipNBytes(mark);
        var decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        return new Lines(new InputStreamReader(in, decoder));
    }

    private boolean isSound(Charset charset) throws IOException {
        var decoder = charset.newDecoder();
        var bytes = ByteBuffer.allocate(64 * 1024);
        var chars = CharBuffer.allocate(64 * 1024);
        try (var in = unpacked(read -> {})) {
            in.skipNBytes(mark);
            while (true) {
                var read = in.read(bytes.array(), bytes.position(), bytes.remaining());
                bytes.limit(bytes.position() + Math.max(0, read)).position(0);
                if (decoder.decode(bytes, chars.clear(), read < 0).isError()) {
                    return false;
                }
                if (read < 0) {
                    return true;
                }
                bytes.compact();
            }
        } catch (ZipException | java.io.EOFException e) {
            // said when the row is reached at which it breaks off
            return true;
        }
    }

    private InputStream unpacked(LongConsumer read) throws IOException {
        var onDisk = new WatchedInput(Files.newInputStream(path), (bytes, from, length, total) -> read.accept(total));
        if (!packed) {
            return new BufferedInputStream(onDisk, 64 * 1024);
        }
        try {
            return new WatchedInput(
                    new GZIPInputStream(onDisk, 64 * 1024),
                    (bytes, from, length, total) -> requireBounded(total, onDisk.total()));
        } catch (IOException e) {
            onDisk.close();
            throw Refusal.bad(null, "the file is not valid gzip");
        }
    }

    private void requireBounded(long unpacked, long onDisk) {
        if (unpacked > maxUnpacked || unpacked > RATIO_COUNTS_FROM && unpacked / MAX_RATIO > onDisk) {
            throw Refusal.tooLarge(String.format(
                    Locale.ROOT,
                    "the file unpacks to too much: more than %,d bytes, or %d times itself",
                    maxUnpacked,
                    MAX_RATIO));
        }
    }
}
