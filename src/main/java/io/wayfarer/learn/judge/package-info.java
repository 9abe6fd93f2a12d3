/** How good a model is: measures with their intervals, fairness, plots, and the card that shows them. */
package io.wayfarer.learn.judge;
