package io.wayfarer.ingest.clean;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was seen lately: at most so many, of which the one that was not asked for longest goes first. */
final class Lately<K, V> extends LinkedHashMap<K, V> {

    private final int most;

    Lately(int most) {
        super(64, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
