package io.wayfarer.segment;

import io.wayfarer.decide.Grouping;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;

/** Groups for tests of other rooms. */
public final class LearntGroups {

    private LearntGroups() {}

    /** Learnt from a seeded thousand customers, a half of whom have ordered. */
    public static Grouping of(long seed) throws Exception {
        var random = new Random(seed);
        var all = new ArrayList<double[]>();
        for (int i = 0; i < 1000; i++) {
            var orders = i % 2 == 0 ? 0 : 1 + random.nextInt(9);
            var value = 20 + random.nextInt(100);
            all.add(new double[] {
                orders == 0 ? 400 : random.nextInt(300),
                orders,
                orders * value,
                orders == 0 ? 0 : value,
                random.nextInt(60),
                random.nextInt(90)
            });
        }
        var learnt = new Segmentation.Learnt(Rfm.learn(all), Clusters.learn(all, () -> {}));
        return new Segmentation("test", Instant.EPOCH, learnt);
    }
}
