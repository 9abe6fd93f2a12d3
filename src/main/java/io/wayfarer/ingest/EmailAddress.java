package io.wayfarer.ingest;

import java.util.Locale;

/** Email addresses as identities. */
public final class EmailAddress {

    /** The longest that SMTP carries (RFC 5321). */
    private static final int MAX_LENGTH = 254;

    private EmailAddress() {}

    /** The address in lower case, or null when it cannot be one. Whether it exists only a mail can tell. */
    public static String of(Object value) {
        if (!(value instanceof String text) || text.length() > MAX_LENGTH) {
            return null;
        }
        var address = text.trim().toLowerCase(Locale.ROOT);
        var at = address.lastIndexOf('@');
        var dot = address.lastIndexOf('.');
        var sound = at > 0 && at == address.indexOf('@') && dot > at + 1 && dot < address.length() - 1;
        return sound && address.chars().allMatch(EmailAddress::isPlain) ? address : null;
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c != 0x7F && "<>()[]\\,;:\"".indexOf(c) < 0;
    }
}
