package io.wayfarer.ingest.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream whose bytes are seen by somebody who may count them, or stop the reading. */
final class WatchedInput extends FilterInputStream {

    @FunctionalInterface
    interface Watch {

        /**
         * @param total bytes read so far, with these
         * @throws io.wayfarer.ingest.Refusal when it is enough
         */
        void saw(byte[] bytes, int from, int length, long total);
    }

    private final Watch watch;
    private long total;

    WatchedInput(InputStream in, Watch watch) {
        super(in);
        this.watch = watch;
    }

    long total() {
        return total;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        var got = super.read(bytes, from, length);
        total += Math.max(0, got);
        watch.saw(bytes, from, Math.max(0, got), total);
        return got;
    }
}
