package io.wayfarer.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.console.Problems.BadParameter;
import java.util.List;
import java.util.function.Function;

/** Part of a list. */
record Listing<T>(
        List<T> items,
        @JsonInclude(Include.ALWAYS)
                @Schema(
                        types = {"string", "null"},
                        description = "Passed as \"after\" it gives the part that follows; null when nothing follows")
                String next) {

    static final int MAX_LIMIT = 1_000;
    static final String LIMIT = "How many at most: 1 to 1,000";
    static final String AFTER = "Where to go on: the \"next\" of the part before";

    /** @throws BadParameter when {@code limit} is not from 1 to {@value #MAX_LIMIT} */
    static int checked(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new BadParameter("limit", "must be from 1 to " + MAX_LIMIT);
        }
        return limit;
    }

    /** @param found one more than {@code limit} when there are more */
    static <T> Listing<T> of(List<T> found, int limit, Function<T, ?> cursor) {
        if (found.size() <= limit) {
            return new Listing<>(found, null);
        }
        var items = List.copyOf(found.subList(0, limit));
        return new Listing<>(items, cursor.apply(items.get(limit - 1)).toString());
    }

    <R> Listing<R> map(Function<T, R> change) {
        return new Listing<>(items.stream().map(change).toList(), next);
    }
}
