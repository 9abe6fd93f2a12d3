package io.wayfarer.act;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a message template may claim beside other messages for the same customer.
 *
 * @param priority 1 to 9: of two that could go out, the higher does
 * @param keep how long after it was wanted the message is still of use
 * @param needsStock it offers the products that it shows, and is of no use when all of them are sold out
 */
record Claim(int priority, Duration keep, boolean needsStock) {

    static final Claim USUAL = new Claim(5, Duration.ofDays(7), false);

    private static final Pattern KEEP = Pattern.compile("([1-9]\\d{0,3})([hd])");

    /**
     * @param head of a template: {@code priority}, {@code keep} and {@code stock}
     * @throws IllegalArgumentException naming the key that is wrong
     */
    static Claim of(Map<String, String> head) {
        var priority = head.getOrDefault("priority", String.valueOf(USUAL.priority()));
        if (!priority.matches("[1-9]")) {
            throw new IllegalArgumentException("priority is 1 to 9, not " + priority);
        }
        var stock = head.getOrDefault("stock", "");
        if (!stock.isEmpty() && !stock.equals("needed")) {
            throw new IllegalArgumentException("stock can be needed, not " + stock);
        }
        return new Claim(Integer.parseInt(priority), keep(head.get("keep")), stock.equals("needed"));
    }

    private static Duration keep(String text) {
        if (text == null) {
            return USUAL.keep();
        }
        var keep = KEEP.matcher(text);
        if (!keep.matches()) {
            throw new IllegalArgumentException("keep is hours or days, such as 36h or 3d, not " + text);
        }
        var number = Long.parseLong(keep.group(1));
        return keep.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number);
    }
}
