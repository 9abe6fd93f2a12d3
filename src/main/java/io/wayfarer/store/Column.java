package io.wayfarer.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.springframework.jdbc.core.SqlTypeValue;

/**
 * One column of many rows, as an SQL array: the parameter of {@code = any(?)}, or of {@code unnest(cast(? as uuid array),
 * ...)}, by which a statement takes many rows at once. A database plans such a statement once, whatever the number of rows.
 */
public final class Column {

    private Column() {}

    public static SqlTypeValue uuids(Collection<UUID> values) {
        return uuids(values, Function.identity());
    }

    public static SqlTypeValue texts(Collection<String> values) {
        return texts(values, Function.identity());
    }

    /** {@code uuid array} */
    public static <T> SqlTypeValue uuids(Collection<T> rows, Function<? super T, UUID> value) {
        return column("uuid", rows, value, UUID[]::new);
    }

    /** {@code varchar array} */
    public static <T> SqlTypeValue texts(Collection<T> rows, Function<? super T, String> value) {
        return column("varchar", rows, value, String[]::new);
    }

    /** {@code int array} */
    public static <T> SqlTypeValue ints(Collection<T> rows, Function<? super T, Integer> value) {
        return column("int4", rows, value, Integer[]::new);
    }

    /** {@code timestamp(6) with time zone array} */
    public static <T> SqlTypeValue times(Collection<T> rows, Function<? super T, Instant> value) {
        return column("timestamptz", rows, row -> atUtc(value.apply(row)), OffsetDateTime[]::new);
    }

    /** {@code bytea array} */
    public static <T> SqlTypeValue bytes(Collection<T> rows, Function<? super T, byte[]> value) {
        return column("bytea", rows, value, byte[][]::new);
    }

    private static OffsetDateTime atUtc(Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }

    private static <T, V> SqlTypeValue column(
            String type, Collection<T> rows, Function<? super T, V> value, IntFunction<V[]> array) {
        var values = rows.stream().map(value).toArray(array);
        return (statement, index, sqlType, typeName) ->
                statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }
}
