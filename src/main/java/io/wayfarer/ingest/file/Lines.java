package io.wayfarer.ingest.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;

/** Text line by line. What a line has beyond {@link Rows#MAX_ROW} is read over and not kept. */
final class Lines implements Closeable {

    /** @param isCut there was more of it */
    record Line(long number, String text, boolean isCut) {}

    private final Reader reader;
    private final char[] buffer = new char[16 * 1024];
    private final StringBuilder line = new StringBuilder();
    private int at;
    private int end;
    private long number;

    Lines(Reader reader) {
        this.reader = reader;
    }

    /** Null at the end. */
    Line next() throws IOException {
        line.setLength(0);
        var cut = false;
        var any = false;
        while (at < end || fill()) {
            any = true;
            var from = at;
            while (at < end && buffer[at] != '\n' && buffer[at] != '\r') {
                at++;
            }
            var room = Rows.MAX_ROW - line.length();
            line.append(buffer, from, Math.min(at - from, room));
            cut |= at - from > room;
            if (at < end) {
                if (buffer[at++] == '\r' && (at < end || fill()) && buffer[at] == '\n') {
                    at++;
                }
                break;
            }
        }
        return any ? new Line(++number, line.toString(), cut) : null;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, reader.read(buffer));
        return end > 0;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
