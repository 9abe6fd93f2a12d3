package io.wayfarer.anomaly;

import java.time.Instant;
import java.util.List;

/** Forests for tests of other rooms. */
public final class LearntForest {

    private LearntForest() {}

    /** @param rows of {@link Behaviour} */
    public static Forest of(List<double[]> rows) {
        var at = Instant.parse("2026-03-02T12:00:00Z");
        return new Forest(
                "test",
                Forest.card(at, at, at, rows.size(), rows),
                IsolationForest.learn(Behaviour.NAMES, rows, 42, () -> {}));
    }
}
