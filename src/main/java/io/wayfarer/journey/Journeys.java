package io.wayfarer.journey;

import io.wayfarer.decide.Decided;
import org.springframework.stereotype.Component;

/** Carries out what was decided for journeys. */
@Component
public class Journeys {

    /** Starts and correlates processes for the batch's decisions, in the caller's transaction. */
    public void follow(Decided decided) {}
}
