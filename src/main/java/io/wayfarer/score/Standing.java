package io.wayfarer.score;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which versions of a model have a role, and how they came by it. Immutable.
 *
 * @param name of the model
 * @param champion its version decides
 * @param former was champion before: what a rollback goes back to; null when there is none
 * @param challenger is tried beside the champion and decides nothing; null when there is none
 * @param since when this champion and this challenger began to be compared; product time; null without a challenger
 * @param changes the newest first, at most {@value #CHANGES}
 */
public record Standing(
        String name, String champion, String former, String challenger, Instant since, List<Change> changes) {

    static final int CHANGES = 30;

    /** Who or what changes roles when nobody asked for it. */
    public static final String TRAINING = "training";

    /** What a change was. */
    public enum What {
        FIRST,
        CHALLENGES,
        REPLACED,
        PROMOTED,
        ROLLED_BACK,
        RETIRED
    }

    /**
     * A change of roles.
     *
     * @param at product time
     * @param by the user, or {@link #TRAINING}, or {@code rule:} and its name
     * @param version whose role it was about
     */
    public record Change(Instant at, String by, What what, String version, String why) {}

    static Standing first(String name, String version, Change change) {
        return new Standing(name, version, null, null, null, List.of(change));
    }

    Standing challengedBy(String version, Change change) {
        return new Standing(name, champion, former, version, change.at(), with(change));
    }

    /** It serves at once, and nothing is tried any more. */
    Standing replacedBy(String version, Change change) {
        return new Standing(name, version, champion, null, null, with(change));
    }

    Standing promoted(String version, Change change) {
        var goesOn = challenger != null && !challenger.equals(version);
        return new Standing(
                name, version, champion, goesOn ? challenger : null, goesOn ? change.at() : null, with(change));
    }

    /** The former champion serves again; who it was until now has no role. */
    Standing rolledBack(Change change) {
        return new Standing(name, former, null, challenger, challenger == null ? null : change.at(), with(change));
    }

    Standing retired(Change change) {
        return new Standing(name, champion, former, null, null, with(change));
    }

    boolean holds(String version) {
        return version.equals(champion) || version.equals(former) || version.equals(challenger);
    }

    private List<Change> with(Change change) {
        var all = new ArrayList<Change>(changes.size() + 1);
        all.add(change);
        all.addAll(changes.subList(0, Math.min(changes.size(), CHANGES - 1)));
        return List.copyOf(all);
    }
}
