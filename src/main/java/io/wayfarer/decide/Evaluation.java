package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import java.util.List;

/** What one event led to: the customer after it, and what was decided, in order. */
public record Evaluation(Customer customer, List<Decision> decisions) {}
