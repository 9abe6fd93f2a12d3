package io.wayfarer.profile;

import io.wayfarer.ingest.Event;

/** What is counted for each customer and day. The order is part of the stored format: add at the end only. */
public enum Metric {
    /** Events of every kind. */
    EVENTS,
    PRODUCT_VIEWS,
    SEARCHES,
    CART_ADDS,
    CHECKOUTS,
    ORDERS,
    /** Hundredths of the currency of the orders. */
    REVENUE,
    REFUNDS,
    /** Seconds for which a page was visible. */
    DWELL,
    EMAIL_OPENS,
    EMAIL_CLICKS,
    TICKETS,
    REVIEWS,
    /** Interactions through each channel. */
    WEB,
    MOBILE,
    EMAIL,
    CRM;

    /** Of a single order no more is believed. */
    private static final double MAX_ORDER = 1e7;

    /** What an order comes to, in units of the currency, from 0 to {@value #MAX_ORDER}; 0 when it does not say. */
    public static double orderValue(Event event) {
        var total = event.number("total");
        var value = Double.isNaN(total) ? event.number("revenue") : total;
        return Double.isNaN(value) ? 0 : Math.max(0, Math.min(value, MAX_ORDER));
    }

    /** What an event adds to each metric, by its ordinal. */
    static long[] increments(Event event) {
        var add = new long[Features.METRICS];
        add[EVENTS.ordinal()] = 1;
        switch (event.channel()) {
            case "web" -> add[WEB.ordinal()] = 1;
            case "mobile" -> add[MOBILE.ordinal()] = 1;
            case "email" -> add[EMAIL.ordinal()] = 1;
            case "crm" -> add[CRM.ordinal()] = 1;
            default -> {}
        }
        switch (event.name()) {
            case "Product Viewed" -> add[PRODUCT_VIEWS.ordinal()] = 1;
            case "Products Searched" -> add[SEARCHES.ordinal()] = 1;
            case "Product Added" -> add[CART_ADDS.ordinal()] = 1;
            case "Checkout Started" -> add[CHECKOUTS.ordinal()] = 1;
            case "Order Completed" -> {
                add[ORDERS.ordinal()] = 1;
                add[REVENUE.ordinal()] = Math.round(orderValue(event) * 100);
            }
            case "Order Refunded" -> add[REFUNDS.ordinal()] = 1;
            case "Email Opened" -> add[EMAIL_OPENS.ordinal()] = 1;
            case "Email Link Clicked" -> add[EMAIL_CLICKS.ordinal()] = 1;
            case "Ticket Opened" -> add[TICKETS.ordinal()] = 1;
            case "Review Posted" -> add[REVIEWS.ordinal()] = 1;
            case "Page Left" -> {
                var seconds = event.number("dwell");
                // nobody reads one page for longer than an hour: what is more is a window left open
                add[DWELL.ordinal()] = Double.isNaN(seconds) ? 0 : Math.round(Math.max(0, Math.min(seconds, 3600)));
            }
            default -> {}
        }
        return add;
    }
}
