package io.wayfarer.journey;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.Message;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;

/**
 * What a diagram says of itself, as extension properties of its process: {@code entry} (once, after-exit, or a time such as
 * P30D), {@code goal} and {@code exit} (words that the rules tell, with commas between them).
 *
 * @param again how long after one entry the next may follow; zero: as soon as the journey has ended; null: never
 * @param goals words with which a journey has reached what it is for, at any of its steps
 * @param exits words with which it ends otherwise
 * @param messages words that steps of it wait for
 */
record Policy(Duration again, Set<String> goals, Set<String> exits, Set<String> messages) {

    /** The word of the rules for somebody who wants no more marketing. */
    static final String UNSUBSCRIBED = "unsubscribed";

    private static final String ENTRY = "entry";
    private static final String GOAL = "goal";
    private static final String EXIT = "exit";

    /** @throws IllegalArgumentException when a property is not one of these, or says what cannot be understood */
    static Policy of(BpmnModelInstance diagram) {
        var properties = diagram.getModelElementsByType(Process.class).stream()
                .flatMap(process -> properties(process).entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        for (var name : properties.keySet()) {
            if (!Set.of(ENTRY, GOAL, EXIT).contains(name)) {
                throw new IllegalArgumentException(
                        "a process has no property '" + name + "', but entry, goal and exit");
            }
        }
        return new Policy(
                again(properties.getOrDefault(ENTRY, "after-exit")),
                words(properties.get(GOAL)),
                words(properties.get(EXIT)),
                names(diagram.getModelElementsByType(Message.class)));
    }

    /** The extension properties of an element, by name. */
    static Map<String, String> properties(BaseElement element) {
        var properties = new HashMap<String, String>();
        if (element.getExtensionElements() != null) {
            element.getExtensionElements()
                    .getElementsQuery()
                    .filterByType(CamundaProperties.class)
                    .list()
                    .forEach(all -> all.getCamundaProperties()
                            .forEach(one -> properties.put(one.getCamundaName(), one.getCamundaValue())));
        }
        return properties;
    }

    private static Duration again(String entry) {
        switch (entry) {
            case "once":
                return null;
            case "after-exit":
                return Duration.ZERO;
            default:
                try {
                    var again = Duration.parse(entry);
                    if (again.compareTo(Duration.ZERO) > 0) {
                        return again;
                    }
                } catch (DateTimeException e) {
                    // said below
                }
                throw new IllegalArgumentException(
                        "entry must be once, after-exit or a time such as P30D, not '" + entry + "'");
        }
    }

    private static Set<String> words(String list) {
        return list == null
                ? Set.of()
                : Stream.of(list.split(",")).map(String::strip).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> names(Collection<Message> messages) {
        return messages.stream().map(Message::getName).collect(Collectors.toUnmodifiableSet());
    }

    /** True for a journey that is over with the customer's consent to marketing. */
    boolean needsConsent() {
        return exits.contains(UNSUBSCRIBED);
    }

    /** What ends a journey that is told the word, such as {@code goal: purchased}; null when it goes on. */
    String end(String word) {
        return goals.contains(word) ? GOAL + ": " + word : exits.contains(word) ? EXIT + ": " + word : null;
    }

    /** All words that it knows. */
    List<String> words() {
        return Stream.of(goals, exits, messages).flatMap(Set::stream).toList();
    }
}
