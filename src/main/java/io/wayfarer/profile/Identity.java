package io.wayfarer.profile;

/**
 * One way to tell who somebody is.
 *
 * @param kind userId, email or anonymousId
 * @param name the value, at most 320 characters; emails in lower case
 */
public record Identity(Kind kind, String name) {

    /** The kinds, the strongest first. */
    public enum Kind {
        userId,
        email,
        anonymousId
    }

    /** True for what belongs to one person, false for what belongs to a browser or device. */
    public boolean isPersonal() {
        return kind != Kind.anonymousId;
    }
}
