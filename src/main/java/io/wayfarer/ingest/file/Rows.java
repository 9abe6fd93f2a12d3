package io.wayfarer.ingest.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** The rows of a file, one after the other, in memory one at a time. */
interface Rows extends Closeable {

    /** Bounds of what a stranger's file may make us hold: characters of a row, and columns. */
    int MAX_ROW = 64 * 1024;

    int MAX_COLUMNS = 1_000;

    /** The names of the columns; empty for JSON lines, where each row has its own. */
    List<String> header();

    /** The next row, readable or not; null at the end. @throws IOException when the file breaks off */
    Row next() throws IOException;
}
