package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Satisfaction;
import java.util.List;

/**
 * What one event led to.
 *
 * @param customer after it
 * @param decisions what was decided, in order
 * @param said what it says of satisfaction
 */
public record Evaluation(Customer customer, List<Decision> decisions, Satisfaction.Said said) {}
