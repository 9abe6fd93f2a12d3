package io.wayfarer.decide;

import org.kie.api.definition.rule.Rule;

/** What segments.drl says of one {@link Standing}. */
public final class SegmentFindings {

    private String rule;
    private String segment;
    private String by;

    /** The customer is in the segment, unless a rule of higher salience has put them in another. */
    public void segment(String name) {
        if (!name.matches("[a-z][a-z0-9-]{0,79}")) {
            throw new IllegalArgumentException(rule + ": a segment's name is small letters and dashes, not " + name);
        }
        if (segment == null) {
            segment = name;
            by = rule;
        }
    }

    /** Or null. */
    String segment() {
        return segment;
    }

    /** The rule that put them there, or null. */
    String by() {
        return by;
    }

    /** Told before each rule speaks. */
    void speaks(Rule next) {
        rule = PatternRules.name(next);
    }
}
