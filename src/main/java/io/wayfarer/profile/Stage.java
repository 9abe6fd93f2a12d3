package io.wayfarer.profile;

import java.util.Arrays;

/** The five stages of a customer's journey, in the order in which people usually go through them. */
public enum Stage {
    AWARENESS("awareness"),
    EVALUATION("evaluation"),
    PURCHASE("purchase"),
    USE("use"),
    AFTER_SALES("after-sales");

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    /** The name used in the API, the rules and the database: {@code after-sales}. */
    public String label() {
        return label;
    }

    /** @throws IllegalArgumentException when no stage has this label */
    public static Stage of(String label) {
        return Arrays.stream(values())
                .filter(stage -> stage.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no stage is called '" + label + "'"));
    }

    /** True when {@code other} comes later in the journey than this one. */
    public boolean isBefore(Stage other) {
        return ordinal() < other.ordinal();
    }

    @Override
    public String toString() {
        return label;
    }
}
