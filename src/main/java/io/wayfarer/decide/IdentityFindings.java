package io.wayfarer.decide;

import io.wayfarer.profile.IdentityRules.Outcome;
import io.wayfarer.profile.IdentityRules.Ruling;
import io.wayfarer.profile.IdentityRules.Worth;
import org.kie.api.definition.rule.Rule;

/** What the rules of identity.drl say. Its methods are all that such a rule may say in its {@code then}. */
public final class IdentityFindings {

    private String rule;
    private Worth worth;
    private Ruling nobody;
    private Ruling ruling;

    /** Identities of the kind belong to one person each; 1 is the strongest rank. */
    public void personal(int rank, String reason) {
        worth = worth == null ? new Worth(rank, true, rule) : worth;
    }

    /** Identities of the kind belong to whoever is using the browser or device. */
    public void shared(int rank, String reason) {
        worth = worth == null ? new Worth(rank, false, rule) : worth;
    }

    /** The value tells nothing of who it is. */
    public void nobody(String reason) {
        nobody = nobody == null ? new Ruling(Outcome.APART, rule, reason) : nobody;
    }

    /** The two are one person. */
    public void join(String reason) {
        rule(Outcome.JOIN, reason);
    }

    /** The two are two, and the browser or device goes to the one whose event it is. */
    public void move(String reason) {
        rule(Outcome.MOVE, reason);
    }

    /** The two are two, and all stays as it is. */
    public void apart(String reason) {
        rule(Outcome.APART, reason);
    }

    private void rule(Outcome outcome, String reason) {
        ruling = ruling == null ? new Ruling(outcome, rule, reason) : ruling;
    }

    Worth worth() {
        return worth;
    }

    Ruling nobody() {
        return nobody;
    }

    Ruling ruling() {
        return ruling;
    }

    /** Told before each rule speaks. */
    void speaks(Rule next) {
        rule = PatternRules.name(next);
    }
}
