package io.wayfarer.profile;

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
    CRM
}
