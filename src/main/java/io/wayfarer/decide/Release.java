package io.wayfarer.decide;

import io.wayfarer.score.Models;

/**
 * Rules and models pinned together: with the same release, the same customer and event give the same decisions.
 *
 * @param id content-addressed: derived from the rule files and the models
 */
public record Release(String id, Rulebook rulebook, Models models) {}
