package io.wayfarer.learn.table;

/** A table that cannot be learned from; the message says why, for the person who gave it. */
public final class TableRefused extends RuntimeException {

    public TableRefused(String message) {
        super(message);
    }
}
