package io.wayfarer.recommend;

import io.wayfarer.recommend.Interactions.Tally;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What was learnt, never changed afterwards: products in the order of their ids, and which of them go together. */
final class Model {

    /**
     * What was chosen on the validation slice (docs/decisions/0019).
     *
     * @param damping see {@link Pairs}
     * @param shrinkage see {@link Pairs}
     * @param memory what somebody did this long ago says half as much
     * @param samePeople what it says that the same people want two products, against that they are ordered together
     * @param fashion the power of popularity by which what goes with somebody's products is multiplied
     * @param rebuyWeight what "bought before" says, for a product that all buy again, against what goes together
     * @param rebuyShare a product that a smaller share of its buyers buys again is bought once
     * @param justBought nobody needs it again this soon
     * @param diversity from 0, as it is ranked, to 1, as unlike each other as can be
     */
    record Tuning(
            double damping,
            double shrinkage,
            Decay memory,
            double samePeople,
            double fashion,
            double rebuyWeight,
            double rebuyShare,
            Duration justBought,
            double diversity) {
        static final Tuning CHOSEN =
                new Tuning(0.8, 10, new Decay(Duration.ofDays(60)), 0.25, 0.3, 2, 0.05, Duration.ofDays(7), 0.3);
    }

    /** So many buyers who do not buy again are added to each product's: of three buyers nobody knows the habits. */
    private static final int DOUBT = 10;

    final Instant trainedAt;
    final Tuning tuning;
    final Pairs people;
    final Pairs orders;
    /** Places of products, the most popular first. */
    final int[] popular;
    /** Content-addressed: derived from the ids and figures. */
    final String version;

    private final List<Tally> products;
    private final Map<String, Integer> places;

    Model(Instant trainedAt, Tuning tuning, List<Tally> products, Pairs people, Pairs orders) {
        this.trainedAt = trainedAt;
        this.tuning = tuning;
        this.products = products;
        this.people = people;
        this.orders = orders;
        this.places = new HashMap<>();
        for (int i = 0; i < products.size(); i++) {
            places.put(products.get(i).id, i);
        }
        this.popular = IntStream.range(0, products.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer place) -> -products.get(place).popularity)
                        .thenComparing(place -> place))
                .mapToInt(Integer::intValue)
                .toArray();
        this.version = hash();
    }

    /** Knows nothing. */
    static Model empty() {
        var none = Pairs.of(0, List.of(), null, Tuning.CHOSEN, () -> {});
        return new Model(Instant.EPOCH, Tuning.CHOSEN, List.of(), none, none);
    }

    int size() {
        return products.size();
    }

    String id(int place) {
        return products.get(place).id;
    }

    List<String> ids() {
        return products.stream().map(tally -> tally.id).toList();
    }

    /** Where the product is, or -1. */
    int find(String id) {
        return places.getOrDefault(id, -1);
    }

    double popularity(int place) {
        return products.get(place).popularity;
    }

    int buyersLately(int place) {
        return products.get(place).buyersLately;
    }

    /** The share of those who bought it that bought it again on a later day, cautious where few bought it at all. */
    double rebuyShare(int place) {
        return products.get(place).rebuyers / (double) (products.get(place).buyers + DOUBT);
    }

    private String hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            try (var out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
                for (int i = 0; i < products.size(); i++) {
                    out.writeUTF(id(i));
                    out.writeDouble(popularity(i));
                    out.writeInt(buyersLately(i));
                    out.writeDouble(rebuyShare(i));
                    for (var pairs : List.of(people, orders)) {
                        for (int k = 0; k < pairs.near()[i].length; k++) {
                            out.writeInt(pairs.near()[i][k]);
                            out.writeFloat(pairs.strength()[i][k]);
                        }
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
