package io.wayfarer.profile;

/**
 * What the rules see of an identity that an event states.
 *
 * @param by its kind: userId, crm, email, phone, device, anonymousId
 * @param value true when the question is of this value, false when it is of the kind
 * @param text the value in lower case
 * @param people how many people it has been with
 */
public record Stated(String by, boolean value, String text, int people) {}
