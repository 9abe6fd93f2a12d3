package io.wayfarer.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.monitor.Cases.Resolved;
import io.wayfarer.monitor.Comparison.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void figuresAreThoseOfTheirDefinitions() {
        var cases = new ArrayList<Resolved>();
        for (int i = 0; i < 400; i++) {
            cases.add(new Resolved(new UUID(0, i), i % 4 == 0 ? 0.4 : 0.3, 0.25, i % 4 == 0 ? 1 : 0));
        }
        var comparison = Comparison.of("a", "b", true, cases);
        assertThat(comparison.cases()).isEqualTo(400);
        assertThat(comparison.happened()).isEqualTo(100);
        assertThat(comparison.championLogLoss()).isCloseTo(-(Math.log(0.4) + 3 * Math.log(0.7)) / 4, within(1e-12));
        assertThat(comparison.challengerLogLoss()).isCloseTo(-(Math.log(0.25) + 3 * Math.log(0.75)) / 4, within(1e-12));
        assertThat(comparison.championSquaredError()).isCloseTo((0.36 + 3 * 0.09) / 4, within(1e-12));
        // of two values, in the shares of 1 and 3: so many standard errors of their mean, by the theorem for 400
        // customers
        var x = 400 * (-2 * Math.log(0.05) + Math.log(-2 * Math.log(0.05)) + 1) / 500;
        var width = Math.sqrt((2 * x + 2) / x * (Math.log(x + 1) / 2 + Math.log(20)));
        assertThat(width).isBetween(3.03, 3.06);
        var two = Math.log(0.25) - Math.log(0.4) - Math.log(0.75) + Math.log(0.7);
        var half = width * Math.sqrt(two * two * 0.25 * 0.75 / 399);
        assertThat(comparison.gain())
                .isCloseTo(comparison.championLogLoss() - comparison.challengerLogLoss(), within(1e-12));
        assertThat(comparison.high() - comparison.gain()).isCloseTo(half, within(1e-12));
        assertThat(comparison.gain() - comparison.low()).isCloseTo(half, within(1e-12));
    }

    /** At most one in 40 by the theorem; with two standard errors, as for a single look, it would be every sixth. */
    @Test
    void whatIsBetterByChanceAloneIsHardlyEverTakenForBetterHoweverOftenOneLooks() {
        var taken = new HashMap<Verdict, Integer>();
        for (int seed = 0; seed < 400; seed++) {
            var all = cases(seed, 3000, 0.3, 0.3);
            IntStream.rangeClosed(4, 60)
                    .mapToObj(look -> Comparison.of("a", "b", true, all.subList(0, look * 50))
                            .verdict())
                    .peek(verdict -> assertThat(verdict).isNotEqualTo(Verdict.TOO_FEW))
                    .filter(verdict -> verdict != Verdict.OPEN)
                    .findFirst()
                    .ifPresent(verdict -> taken.merge(verdict, 1, Integer::sum));
        }
        assertThat(taken.getOrDefault(Verdict.BETTER, 0)).isLessThanOrEqualTo(10);
        assertThat(taken.getOrDefault(Verdict.WORSE, 0)).isLessThanOrEqualTo(10);
    }

    @Test
    void whatIsMuchBetterIsFoundAndWhatIsMuchWorseToo() {
        for (int seed = 0; seed < 50; seed++) {
            assertThat(Comparison.of("a", "b", true, cases(seed, 1000, 1.5, 0.1))
                            .verdict())
                    .isEqualTo(Verdict.BETTER);
            assertThat(Comparison.of("a", "b", true, cases(seed, 1000, 0.1, 1.5))
                            .verdict())
                    .isEqualTo(Verdict.WORSE);
        }
    }

    @Test
    void casesOfOneCustomerAreNotTakenForAsManyCustomers() {
        var once = cases(1, 300, 0.5, 0.3);
        var tenTimes =
                IntStream.range(0, 10).boxed().flatMap(i -> once.stream()).toList();
        var one = Comparison.of("a", "b", true, once);
        var ten = Comparison.of("a", "b", true, tenTimes);
        assertThat(ten.cases()).isEqualTo(3000);
        assertThat(ten.customers()).isEqualTo(one.customers());
        assertThat(ten.high() - ten.low()).isCloseTo(one.high() - one.low(), within(1e-9));
    }

    @Test
    void ofTooFewNothingIsSaid() {
        var enough = cases(2, 1000, 0.9, 0.1);
        var rare =
                new ArrayList<>(enough.stream().filter(one -> one.answer() == 0).toList());
        enough.stream()
                .filter(one -> one.answer() == 1)
                .limit(Comparison.MIN_OF_EACH - 1)
                .forEach(rare::add);
        var ofOne = enough.stream()
                .map(one -> new Resolved(new UUID(0, 1), one.byChampion(), one.byChallenger(), one.answer()))
                .toList();
        for (var few : List.of(List.<Resolved>of(), enough.subList(0, Comparison.MIN_CASES - 1), rare, ofOne)) {
            var comparison = Comparison.of("a", "b", true, few);
            assertThat(comparison.verdict()).isEqualTo(Verdict.TOO_FEW);
            assertThat(comparison.happened()).isNull();
        }
    }

    @Test
    void oneSureAndWrongAnswerDoesNotOutweighAll() {
        var cases = new ArrayList<>(cases(3, 400, 0.3, 0.3));
        cases.add(new Resolved(new UUID(9, 9), 0, 1, 1));
        assertThat(Comparison.of("a", "b", true, cases).championLogLoss()).isLessThan(2);
    }

    @Test
    void ofNumbersTheFiguresAreThoseOfTheirDefinitionsWithinABound() {
        var cases = new ArrayList<Resolved>();
        for (int i = 0; i < 400; i++) {
            // 100 orders of 10, five of them of 1,000, and the champion foresees what is beyond all bounds for them
            var huge = i % 80 == 0;
            cases.add(new Resolved(new UUID(0, i), huge ? 5000 : 4, huge ? 9 : 2, i % 4 != 0 ? 0 : huge ? 1000 : 10));
        }
        var comparison = Comparison.of("a", "b", false, cases);
        assertThat(comparison.bound()).isEqualTo(10);
        assertThat(comparison.happened()).isEqualTo(100);
        assertThat(comparison.championLogLoss()).isNull();
        assertThat(comparison.championSquaredError()).isCloseTo((95 * 36 + 300 * 16) / 400.0, within(1e-12));
        assertThat(comparison.challengerSquaredError()).isCloseTo((95 * 64 + 5 + 300 * 4) / 400.0, within(1e-12));
        assertThat(comparison.gain())
                .isCloseTo(comparison.championSquaredError() - comparison.challengerSquaredError(), within(1e-12));
        assertThat(comparison.inWords())
                .startsWith("squared error within 10.00 ")
                .contains("; gain ");
        assertThat(Comparison.of("a", "b", false, cases.subList(0, 100)).verdict())
                .isEqualTo(Verdict.TOO_FEW);
    }

    /** Most spend nothing and a few very much: neither makes a challenger that is no better look better. */
    @Test
    void ofNumbersWhatIsBetterByChanceAloneIsHardlyEverTakenForBetter() {
        var taken = new HashMap<Verdict, Integer>();
        for (int seed = 0; seed < 400; seed++) {
            var all = spending(seed, 3000, 0.3, 0.3);
            IntStream.rangeClosed(6, 60)
                    .mapToObj(look -> Comparison.of("a", "b", false, all.subList(0, look * 50))
                            .verdict())
                    .filter(verdict -> verdict == Verdict.BETTER || verdict == Verdict.WORSE)
                    .findFirst()
                    .ifPresent(verdict -> taken.merge(verdict, 1, Integer::sum));
        }
        assertThat(taken.getOrDefault(Verdict.BETTER, 0)).isLessThanOrEqualTo(10);
        assertThat(taken.getOrDefault(Verdict.WORSE, 0)).isLessThanOrEqualTo(10);
    }

    @Test
    void ofNumbersWhatIsMuchBetterIsFoundThoughItIsNotTheMedian() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(Comparison.of("a", "b", false, spending(seed, 2000, 1.5, 0.1))
                            .verdict())
                    .isEqualTo(Verdict.BETTER);
            // to foresee nothing for all would be best by the absolute error
            var median = spending(seed, 8000, 0.1, 0.1).stream()
                    .map(one -> new Resolved(one.customer(), one.byChampion(), 0, one.answer()))
                    .toList();
            assertThat(Comparison.of("a", "b", false, median).verdict()).isEqualTo(Verdict.WORSE);
        }
    }

    /** A fifth spends, with a long tail; each of the two sees the mean of a customer through noise of its own. */
    private static List<Resolved> spending(int seed, int count, double noiseOfChampion, double noiseOfChallenger) {
        var random = new Random(seed);
        var cases = new ArrayList<Resolved>();
        for (int i = 0; i < count; i++) {
            var log = 3 + random.nextGaussian();
            var spends = random.nextDouble() < 0.2;
            cases.add(new Resolved(
                    new UUID(0, i),
                    0.2 * Math.exp(log + noiseOfChampion * random.nextGaussian()),
                    0.2 * Math.exp(log + noiseOfChallenger * random.nextGaussian()),
                    spends ? Math.exp(log + random.nextGaussian()) : 0));
        }
        return cases;
    }

    /** The truth is a log-odds between -3 and 3; each of the two sees it through noise of its own. */
    private static List<Resolved> cases(int seed, int count, double noiseOfChampion, double noiseOfChallenger) {
        var random = new Random(seed);
        var cases = new ArrayList<Resolved>();
        for (int i = 0; i < count; i++) {
            var truth = random.nextDouble() * 6 - 3;
            cases.add(new Resolved(
                    new UUID(0, i),
                    probability(truth + noiseOfChampion * random.nextGaussian()),
                    probability(truth + noiseOfChallenger * random.nextGaussian()),
                    random.nextDouble() < probability(truth) ? 1 : 0));
        }
        return cases;
    }

    private static double probability(double logOdds) {
        return 1 / (1 + Math.exp(-logOdds));
    }
}
