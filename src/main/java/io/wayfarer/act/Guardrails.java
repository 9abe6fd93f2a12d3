package io.wayfarer.act;

import java.util.Map;

/** The rules that say whether a message may be sent: one table for each gate, in rules/guardrails.dmn. */
@FunctionalInterface
interface Guardrails {

    /** What a gate says, and for how many hours to defer when it cannot be foreseen when it will let the message pass. */
    record Answer(String verdict, String reason, int hours) {}

    /** @param gate name of its table */
    Answer ask(String gate, Map<String, Object> facts);
}
