package io.wayfarer.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is learnt from figures alone. */
class LearntTest {

    private static final Runnable ON = () -> {};

    @Test
    void twoKindsOfPeopleAreFoundAndNamedByWhatSetsThemApart() throws Exception {
        var random = new Random(7);
        var rows = new ArrayList<double[]>();
        for (int n = 0; n < 300; n++) {
            rows.add(figures(random, 5, 20, 10));
            rows.add(figures(random, 200, 2, 300));
        }

        var clusters = Clusters.learn(rows, ON);

        assertThat(clusters.kmeans()).hasSize(2);
        var often = clusters.nearest(figures(random, 5, 20, 10));
        var seldom = clusters.nearest(figures(random, 200, 2, 300));
        assertThat(often).isNotEqualTo(seldom);
        assertThat(often.name()).isNotEqualTo(seldom.name()).doesNotContain("buy seldom");
        assertThat(rows).allSatisfy(row -> {
            var expected = row[Figures.SINCE_ORDER] < 50 ? often : seldom;
            assertThat(clusters.nearest(row)).isEqualTo(expected);
        });
        assertThat(clusters.likeliest(rows.get(0))).isNotEqualTo(clusters.likeliest(rows.get(1)));
    }

    @Test
    void whereAllAreEqualAllAreInTheMiddleAndNoGroupsAreFound() throws Exception {
        var rows = Collections.nCopies(500, new double[] {10, 2, 50, 25, 3, 4});

        assertThat(Rfm.learn(rows).segment(rows.get(0))).isEqualTo("need-attention");
        assertThat(Clusters.learn(rows, ON)).isEqualTo(Clusters.NONE);
        assertThat(Clusters.NONE.nearest(rows.get(0))).isNull();
        assertThat(Clusters.NONE.likeliest(rows.get(0))).isNull();
    }

    @Test
    void whereNobodyHasOrderedThereAreProspectsAndTheFirstToOrderIsNew() throws Exception {
        var rows = new ArrayList<double[]>();
        for (int n = 0; n < 200; n++) {
            rows.add(new double[] {365, 0, 0, 0, n % 10, n % 30});
        }
        var rfm = Rfm.learn(rows);

        assertThat(rows).allSatisfy(row -> assertThat(rfm.segment(row)).isEqualTo("prospects"));
        assertThat(rfm.segment(new double[] {0, 1, 10, 10, 1, 0})).isEqualTo("new");
        assertFinite(Clusters.learn(rows, ON));
    }

    @Test
    void oneCustomerOrNoneIsNoReasonToFail() throws Exception {
        assertThat(Rfm.learn(List.of()).segment(new double[] {1, 1, 1, 1, 1, 1}))
                .isEqualTo("new");
        var one = new double[] {3, 1, 9, 9, 1, 3};
        assertThat(Rfm.learn(List.of(one)).segment(one)).isEqualTo("need-attention");
        assertThat(Clusters.learn(List.of(one), ON)).isEqualTo(Clusters.NONE);
    }

    @Test
    void twoSortsThatAreEachAllTheSameGiveFiniteGroups() throws Exception {
        var rows = new ArrayList<double[]>();
        for (int n = 0; n < 100; n++) {
            rows.add(new double[] {365, 0, 0, 0, 1, 1});
            rows.add(new double[] {1, 1e6, 1e12, 1e6, 90, 0});
        }
        var clusters = Clusters.learn(rows, ON);

        assertFinite(clusters);
        assertThat(clusters.nearest(rows.get(0))).isNotEqualTo(clusters.nearest(rows.get(1)));
        assertThat(clusters.likeliest(rows.get(0))).isNotEqualTo(clusters.likeliest(rows.get(1)));
    }

    @Test
    void theBestAreChampionsAndWhoWasBestLongAgoIsNotToBeLost() {
        var rows = new ArrayList<double[]>();
        for (int n = 1; n <= 100; n++) {
            rows.add(new double[] {n, 101 - n, (101 - n) * 10, 10, 5, n});
        }
        var rfm = Rfm.learn(rows);

        assertThat(rfm.segment(rows.get(0))).isEqualTo("champions");
        assertThat(rfm.segment(rows.get(99))).isEqualTo("lost");
        assertThat(rfm.segment(new double[] {99, 100, 1000, 10, 5, 99})).isEqualTo("cannot-lose");
        assertThat(rfm.segment(new double[] {99, 50, 500, 10, 5, 99})).isEqualTo("at-risk");
        assertThat(rfm.segment(new double[] {1, 1, 10, 10, 5, 1})).isEqualTo("new");
        assertThat(rfm.segment(new double[] {50, 100, 1000, 10, 5, 50})).isEqualTo("loyal");
    }

    @Test
    void theSameFiguresGiveTheSameGroups() throws Exception {
        var random = new Random(3);
        var rows = new ArrayList<double[]>();
        for (int n = 0; n < 200; n++) {
            rows.add(figures(random, 1 + random.nextInt(300), random.nextInt(20), random.nextInt(100)));
        }
        Map<String, Integer> first = new TreeMap<>();
        var a = Clusters.learn(rows, ON);
        var b = Clusters.learn(rows, ON);
        rows.forEach(row -> {
            assertThat(a.nearest(row).id()).isEqualTo(b.nearest(row).id());
            first.merge(a.nearest(row).id(), 1, Integer::sum);
        });
        assertThat(first.keySet()).allSatisfy(id -> assertThat(id).matches("[a-z0-9-]{1,120}"));
    }

    private static void assertFinite(Clusters clusters) {
        var all = new ArrayList<>(clusters.kmeans());
        all.addAll(clusters.em());
        assertThat(all).isNotEmpty().allSatisfy(cluster -> {
            assertThat(cluster.centre()).doesNotContain(Double.NaN);
            assertThat(cluster.weight()).isBetween(0.0, 1.0);
        });
    }

    private static double[] figures(Random random, double since, double orders, double value) {
        var count = Math.max(0, Math.rint(orders * (0.8 + 0.4 * random.nextDouble())));
        var each = value * (0.8 + 0.4 * random.nextDouble());
        var days = since * (0.8 + 0.4 * random.nextDouble());
        return new double[] {days, count, count * each, count == 0 ? 0 : each, count, days};
    }
}
