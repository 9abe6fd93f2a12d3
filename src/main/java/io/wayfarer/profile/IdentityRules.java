package io.wayfarer.profile;

/** What the rules say of identities. Pure: the same question has the same answer, until other rules are live. */
public interface IdentityRules {

    /** What becomes of two customers who meet. */
    enum Outcome {
        /** They are one person. */
        JOIN,
        /** They are two; the browser or device goes to the one whose event it is. */
        MOVE,
        /** They are two, and all stays as it is. */
        APART
    }

    /** An outcome with the rule that gave it, as {@code identity.drl: rule name}, and its reason in words. */
    record Ruling(Outcome outcome, String rule, String reason) {}

    /** What a kind is worth: 1 is the strongest rank. A personal identity is one person's, others are shared. */
    record Worth(int rank, boolean personal, String rule) {}

    Worth worth(Identity.Kind kind);

    /** The rule that says that the identity is nobody's, or null when it tells who somebody is. */
    Ruling nobody(Stated stated);

    Ruling judge(Meeting meeting);
}
