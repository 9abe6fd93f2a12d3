package io.wayfarer.journey;

import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/**
 * Puts what a person needs to answer a customer into a new task, for its form: who they are, what they bought, what they
 * wrote. It is the only place where the engine holds a customer's words. They are variables of the task alone, cut to a
 * length, deleted with it, and never part of the history.
 */
@Component
class ShowCustomer implements TaskListener {

    /** The engine's text columns hold 4,000 characters. */
    static final int MAX_TEXT = 3_500;

    private static final int MAX_LINE = 200;
    private static final int EVENTS = 100;
    private static final int ORDERS = 5;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);

    private final Customers customers;
    private final Decisions decisions;

    ShowCustomer(Customers customers, Decisions decisions) {
        this.customers = customers;
        this.decisions = decisions;
    }

    @Override
    public void notify(DelegateTask task) {
        var id = Variables.customer(task);
        var found = customers.find(id);
        if (found.isEmpty()) {
            throw new IllegalStateException("customer " + id + " is not there any more");
        }
        var customer = found.get();
        var events = customers.events(id, EVENTS);
        var decision = decisions.find(Variables.decision(task));
        var cause = decision.map(Decision::event).orElse(null);
        task.setVariableLocal("who", bounded(who(customer), MAX_LINE));
        task.setVariableLocal("stage", customer.stage().label());
        task.setVariableLocal("orders", bounded(orders(events, customer), MAX_TEXT));
        task.setVariableLocal("text", bounded(text(events, cause), MAX_TEXT));
        decision.map(Decision::facts)
                .filter(facts -> facts.containsKey("risk"))
                .ifPresent(facts -> showRisk(task, facts));
        // here, so that what the form sends back stays with the task
        task.setVariableLocal(ReportOutcome.OUTCOME, null);
    }

    private static void showRisk(DelegateTask task, Map<String, Object> facts) {
        var order = Stream.of("event", "order_id", "total", "currency")
                .map(facts::get)
                .filter(Objects::nonNull)
                .map(Object::toString)
                .collect(Collectors.joining(" · "));
        var reasons = facts.get("suspicions") instanceof List<?> all
                ? all.stream()
                        .map(one -> one instanceof Map<?, ?> said
                                ? said.get("reason") + " (" + said.get("weight") + ")"
                                : "")
                        .collect(Collectors.joining("\n"))
                : "";
        task.setVariableLocal("order", bounded(order, MAX_LINE));
        task.setVariableLocal("risk", String.valueOf(facts.get("risk")));
        task.setVariableLocal("reasons", bounded(reasons, MAX_TEXT));
    }

    private static String who(Customer customer) {
        var name = Stream.of(customer.trait("name"), customer.trait("firstName"), customer.trait("lastName"))
                .filter(Objects::nonNull)
                .map(Object::toString)
                .limit(2)
                .collect(Collectors.joining(" "));
        return Stream.of(name, customer.email().orElse(""))
                .filter(part -> !part.isBlank())
                .collect(Collectors.joining(", "));
    }

    private static String orders(List<Event> events, Customer customer) {
        var zone = customer.zone(ZoneId.of("UTC"));
        var orders = events.stream()
                .filter(event -> event.name().equals("Order Completed"))
                .limit(ORDERS)
                .map(order -> bounded(
                        DAY.format(order.at().atZone(zone))
                                + part(" · ", order.text("order_id"))
                                + part(" · ", order.text("total"))
                                + part(" ", order.text("currency")),
                        MAX_LINE))
                .collect(Collectors.joining("\n"));
        return orders.isEmpty() ? "none" : orders;
    }

    private static String text(List<Event> events, Object cause) {
        return events.stream()
                .filter(event -> event.id().equals(cause))
                .findFirst()
                .map(event -> Stream.of(event.text("subject"), event.words())
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining("\n\n")))
                .filter(text -> !text.isBlank())
                .orElse("(without words)");
    }

    private static String part(String before, String value) {
        return value == null ? "" : before + value;
    }

    /** NUL is the one character that PostgreSQL cannot hold. */
    private static String bounded(String text, int length) {
        var clean = text.replace("\u0000", "");
        return clean.length() <= length ? clean : clean.substring(0, length - 1) + "…";
    }
}
