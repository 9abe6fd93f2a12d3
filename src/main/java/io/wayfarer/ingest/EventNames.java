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

    /** What Wayfarer understands, so that it is recognised behind a prefix too. */
    private static final Set<String> UNDERSTOOD = Set.of(
            "Product Viewed",
            "Products Searched",
            "Product Added",
            "Product Removed",
            "Cart Viewed",
            "Cart Cleared",
            "Checkout Started",
            "Order Completed",
            "Order Updated",
            "Order Refunded",
            "Order Cancelled",
            "Email Opened",
            "Email Delivered",
            "Email Bounced",
            "Email Link Clicked",
            "Email Marked as Spam",
            "Unsubscribed",
            "Page Viewed",
            "Page Left",
            "Screen Viewed",
            "Identified",
            "Ticket Opened",
            "Ticket Closed",
            "Review Posted",
            "Survey Answered",
            "Consent Changed",
            "Contact Created",
            "Contact Changed",
            "Contact Deleted",
            "Deal Created",
            "Deal Changed",
            "Deal Won",
            "Deal Lost",
            "Product Changed",
            "Stock Changed");

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

    /**
     * The name of a type that may have a reverse domain name before it, as CloudEvents recommends: the longest end of it that
     * Wayfarer understands, {@code Order Completed} for {@code com.example.order.completed}; the whole as it is when none is.
     */
    public static String ofQualified(String type) {
        for (var from = 0; from >= 0; from = type.indexOf('.', from) + 1) {
            var name = of(type.substring(from));
            if (UNDERSTOOD.contains(name)) {
                return name;
            }
            if (type.indexOf('.', from) < 0) {
                break;
            }
        }
        return type.indexOf('.') < 0 || type.indexOf('.') == type.lastIndexOf('.') ? of(type) : type;
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
