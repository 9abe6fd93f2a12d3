package io.wayfarer.ingest;

/**
 * Names of what cleaning found of an event, kept in {@link Event#marks()} beside what was said. They are set once, when
 * the event is accepted, and read ever after: a replay of the log gives the same features.
 */
public final class Marks {

    /** True: no person made it. {@link #WHY} says how that was told. */
    public static final String BOT = "bot";

    /** True: a program that reads a person's mail made it, such as a scanner of links. */
    public static final String MACHINE = "machine";

    /** agent, speed, honeypot, head, or burst. */
    public static final String WHY = "why";

    /** The id of the event that said the same before. */
    public static final String DUPLICATE_OF = "duplicateOf";

    /** By property: the number that is used in place of one too large to be believed. */
    public static final String OUTLIERS = "outliers";

    /**
     * {@code currency} of the amounts, when it is not the shop's; {@code rate}, how much of it is one of the shop's, and
     * the rate's {@code date}. Without a rate nobody knows what the amounts are worth.
     */
    public static final String RATE = "rate";

    /** {@code said}, the time that was given, where another is used in its place. */
    public static final String TIME = "time";

    /** Where the event does not fit its schema, each as path and reason; at most five. */
    public static final String SCHEMA = "schema";

    /** For cleaning only, never stored: what the browser or program calls itself. */
    public static final String AGENT = "agent";

    private Marks() {}
}
