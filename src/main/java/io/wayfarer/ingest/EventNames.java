package io.wayfarer.ingest;

import java.util.Map;
import java.util.Set;

/** Names of events, in the words of Segment's specifications, for the dotted types of webhooks. */
public final class EventNames {

    /** Where the words alone would not give the specified name. */
    private static final Map<String, String> SPECIFIED = Map.of(
            "email.sent", "Email Delivered",
            "email.clicked", "Email Link Clicked",
            "email.link_clicked", "Email Link Clicked",
            "email.complained", "Email Marked as Spam",
            "email.unsubscribed", "Unsubscribed",
            "contact.unsubscribed", "Unsubscribed",
            "cart.product_added", "Product Added",
            "cart.product_removed", "Product Removed");

    private static final Set<String> SMALL = Set.of("as", "of", "to", "for", "from", "with", "in", "on");

    private EventNames() {}

    /** A name as it is; {@code order.completed}, {@code order_completed} and the like as {@code Order Completed}. */
    public static String of(String type) {
        var specified = SPECIFIED.get(type);
        if (specified != null) {
            return specified;
        }
        if (!type.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || isBetween(c))) {
            return type;
        }
        var name = new StringBuilder(type.length());
        var from = 0;
        for (int i = 0; i <= type.length(); i++) {
            if (i == type.length() || isBetween(type.charAt(i))) {
                append(name, type.substring(from, i));
                from = i + 1;
            }
        }
        return name.isEmpty() ? type : name.toString();
    }

    private static void append(StringBuilder name, String word) {
        if (word.isEmpty()) {
            return;
        }
        if (name.isEmpty()) {
            name.append(Character.toUpperCase(word.charAt(0)));
        } else {
            name.append(' ').append(SMALL.contains(word) ? word.charAt(0) : Character.toUpperCase(word.charAt(0)));
        }
        name.append(word, 1, word.length());
    }

    private static boolean isBetween(int c) {
        return c == '.' || c == '_' || c == '-';
    }
}
