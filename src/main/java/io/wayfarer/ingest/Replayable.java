package io.wayfarer.ingest;

/** A way in that can read again what it could not use before. Each that is a bean is found by {@link Replays}. */
public interface Replayable {

    /** The word before the colon in the names of its sources: {@code segment} for {@code segment:web}. */
    String way();

    /**
     * Reads a body as if it had come now, except that it was received when it was and had been let in: signatures are not
     * asked for again.
     *
     * @param kept what is in quarantine, with the form that the way gave it
     * @param body the body to read: what is kept, or what somebody made of it
     * @throws Refusal when it cannot be used as a whole
     */
    Understood again(Quarantine.Item kept, String body);

    /** The form of one message out of a body of many, which is kept by itself when the others are used. */
    default String formOfPart(Quarantine.Item whole) {
        return whole.form();
    }
}
