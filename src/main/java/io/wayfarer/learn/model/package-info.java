/** Candidates fitted to rows of numbers, chosen by cross-validation and calibrated. Knows nothing of where rows come from. */
package io.wayfarer.learn.model;
