package io.wayfarer.ingest.clean;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How strictly events are cleaned.
 *
 * @param schema what happens to events that do not fit their schema, of sources that say nothing else
 * @param sources settings of single sources, by whole name or by what follows its colon: {@code crm} for {@code webhook:crm}
 * @param duplicateWindow the same content of the same person within this time is one event
 * @param once names of events that only make sense once, each with the property that tells which one: {@code
 *     Order Completed=order_id}
 * @param ahead how far ahead of its arrival an event may be before it is taken to have happened on arrival
 * @param tooFast a browser with more events than this in one second is a program
 * @param agents words in a browser's name for itself that tell a program, beside those in agents.txt
 * @param honeypot a part of addresses that people do not see and programs follow; blank for none
 * @param outliers how outliers are told
 */
@ConfigurationProperties("wayfarer.clean")
record CleanSettings(
        @DefaultValue("lenient") Mode schema,
        @DefaultValue Map<String, Source> sources,
        @DefaultValue("5s") Duration duplicateWindow,
        @DefaultValue({"Order Completed=order_id", "Order Cancelled=order_id"}) List<String> once,
        @DefaultValue("5m") Duration ahead,
        @DefaultValue("50") int tooFast,
        @DefaultValue List<String> agents,
        @DefaultValue("") String honeypot,
        @DefaultValue OutlierSettings outliers) {

    enum Mode {
        /** What does not fit goes to quarantine. */
        STRICT,
        /** What does not fit is marked and counted. */
        LENIENT,
        /** Nothing is checked. */
        OFF
    }

    /** @param schema what happens to its events that do not fit; null for the setting of all */
    record Source(Mode schema) {}

    /**
     * @param z so many robust standard deviations above the median is too large
     * @param atLeast with fewer numbers nothing is
     */
    record OutlierSettings(@DefaultValue("6") double z, @DefaultValue("100") int atLeast) {}

    Mode schemaOf(String source) {
        var own = sources.get(source);
        if (own == null) {
            own = sources.get(source.substring(source.indexOf(':') + 1));
        }
        return own == null || own.schema() == null ? schema : own.schema();
    }
}
