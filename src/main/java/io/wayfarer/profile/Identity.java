package io.wayfarer.profile;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One way to tell who somebody is. What each kind is worth is said in rules/identity.drl.
 *
 * @param name the value, at most {@value #MAX_NAME} characters; emails in lower case, phone numbers as E.164
 */
public record Identity(Kind kind, String name) {

    public static final int MAX_NAME = 320;

    /** What an identity is: one of the constants, or the name of the CRM that gave the id, such as {@code hubspot}. */
    public record Kind(String name) {

        public static final Kind userId = new Kind("userId");
        public static final Kind email = new Kind("email");
        public static final Kind phone = new Kind("phone");
        public static final Kind device = new Kind("device");
        public static final Kind anonymousId = new Kind("anonymousId");

        private static final Set<Kind> OWN = Set.of(userId, email, phone, device, anonymousId);
        private static final Pattern CRM = Pattern.compile("[a-z][a-z0-9_.-]{0,39}");

        /** True for an id that a CRM gave. */
        public boolean isCrm() {
            return !OWN.contains(this);
        }

        /** The word of the rules: {@code crm} for an id of any CRM. */
        String word() {
            return isCrm() ? "crm" : name;
        }

        /** True for the kinds of our own, and for what a CRM may be called: at most 40 small letters, digits and {@code _.-}. */
        public static boolean isName(String name) {
            return OWN.contains(new Kind(name)) || CRM.matcher(name).matches();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** The name when it is of this kind, else null. */
    public String as(Kind other) {
        return kind.equals(other) ? name : null;
    }

    /** What stands in {@code Event.ids} to state it; empty for the kinds that have a field of their own. */
    public Map<String, String> ids() {
        var ownField = kind.equals(Kind.userId) || kind.equals(Kind.email) || kind.equals(Kind.anonymousId);
        return ownField ? Map.of() : Map.of(kind.name(), name);
    }

    /** Reads what {@link #toString} gives; null when it is not {@code kind:name}. */
    public static Identity parse(String text) {
        var colon = text.indexOf(':');
        return colon > 0 && Kind.isName(text.substring(0, colon))
                ? new Identity(new Kind(text.substring(0, colon)), text.substring(colon + 1))
                : null;
    }

    @Override
    public String toString() {
        return kind + ":" + name;
    }
}
