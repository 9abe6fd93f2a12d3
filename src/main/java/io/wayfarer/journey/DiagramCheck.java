package io.wayfarer.journey;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.impl.BpmnModelConstants;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.EndEvent;
import org.camunda.bpm.model.bpmn.instance.EventBasedGateway;
import org.camunda.bpm.model.bpmn.instance.EventDefinition;
import org.camunda.bpm.model.bpmn.instance.ExclusiveGateway;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.IntermediateCatchEvent;
import org.camunda.bpm.model.bpmn.instance.Message;
import org.camunda.bpm.model.bpmn.instance.MessageEventDefinition;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.TimerEventDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputOutput;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputParameter;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;
import org.camunda.bpm.model.xml.ModelException;
import org.camunda.bpm.model.xml.instance.DomElement;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;

/**
 * Says what is wrong with a diagram, before it is deployed and in the build: it may be made of the building blocks alone, each
 * with the fields that it has; what it names must be there; and nothing in it may wait for ever.
 */
final class DiagramCheck {

    /**
     * What a diagram can name.
     *
     * @param topics of the message templates, by name
     * @param tables names of the decision tables
     * @param told words that the rules tell
     * @param signals that the rules give
     * @param outcomes by the name of a form, what can be chosen in it
     */
    record Names(
            Map<String, String> topics,
            Set<String> tables,
            Set<String> told,
            Set<String> signals,
            Map<String, List<String>> outcomes) {}

    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,79}");

    /** The blocks that are service tasks, by the name of their delegate, each with its fields and what fits in them. */
    static final Map<String, Map<String, Pattern>> STEPS = Map.of(
            "sendMessage", Map.of("template", WORD),
            "askTheRules", Map.of("table", WORD, "step", WORD),
            "untilLocalTime", Map.of("at", Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]")),
            "split", Map.of("experiment", WORD, "arms", Pattern.compile("[a-z0-9:,-]{3,400}")),
            "changeTrait",
                    Map.of(
                            "trait", Pattern.compile("(?!(consent|id|email)$)[a-zA-Z][a-zA-Z0-9_]{0,39}"),
                            "value", Pattern.compile("[^$#{}]{1,200}")),
            "withdrawConsent", Map.of("topic", WORD),
            "giveAward", Map.of("award", WORD, "points", Pattern.compile("[1-9][0-9]{0,5}")),
            "escalate", Map.of());

    private static final Set<String> LISTENERS = Set.of("showCustomer", "reportOutcome");
    private static final Set<String> GROUPS = Set.of(People.SERVICE_AGENTS, People.ADMINISTRATORS);

    private static final Set<String> BPMN = Set.of(
            "definitions",
            "process",
            "documentation",
            "extensionElements",
            "startEvent",
            "endEvent",
            "intermediateCatchEvent",
            "boundaryEvent",
            "serviceTask",
            "userTask",
            "exclusiveGateway",
            "eventBasedGateway",
            "incoming",
            "outgoing",
            "sequenceFlow",
            "conditionExpression",
            "messageEventDefinition",
            "timerEventDefinition",
            "timeDuration",
            "timeDate",
            "message",
            "textAnnotation",
            "text",
            "association");
    private static final Set<String> CAMUNDA =
            Set.of("inputOutput", "inputParameter", "properties", "property", "taskListener");

    private static final Pattern EXPRESSION = Pattern.compile("[$#]\\{[^}]*}?");
    private static final Pattern CONDITION =
            Pattern.compile("\\$\\{(answer|arm|signal) == '(" + WORD.pattern() + ")'}");
    private static final String UNTIL = "${" + Variables.UNTIL + "}";
    private static final Duration LONGEST_WAIT = Duration.ofDays(366);
    private static final String MARKETING = "marketing";

    private final String file;
    private final BpmnModelInstance diagram;
    private final Names names;
    private final List<String> problems = new ArrayList<>();

    private DiagramCheck(String file, BpmnModelInstance diagram, Names names) {
        this.file = file;
        this.diagram = diagram;
        this.names = names;
    }

    /** What is wrong, each with the file and the element; empty when nothing is. */
    static List<String> problems(String file, byte[] content, Names names) {
        try {
            var text = new String(content, StandardCharsets.UTF_8);
            var check = new DiagramCheck(file, Bpmn.readModelFromStream(new ByteArrayInputStream(content)), names);
            check.expressions(text);
            check.elements(check.diagram.getDocument().getRootElement(), "the file");
            // what is not made of blocks has fields that nobody knows
            if (check.problems.isEmpty()) {
                check.all();
            }
            return check.problems;
        } catch (ModelException e) {
            return List.of(file + ": is no BPMN: " + e.getMessage());
        }
    }

    private void say(String element, String problem) {
        problems.add(file + ": " + element + ": " + problem);
    }

    /** Wherever they stand: an expression is code. */
    private void expressions(String text) {
        var found = EXPRESSION.matcher(text);
        while (found.find()) {
            var expression = found.group();
            var name = expression.substring(2, Math.max(2, expression.length() - 1));
            if (!STEPS.containsKey(name)
                    && !LISTENERS.contains(name)
                    && !expression.equals(UNTIL)
                    && !CONDITION.matcher(expression).matches()) {
                say("expression", expression + " is none that a diagram may hold");
            }
        }
    }

    private void elements(DomElement element, String owner) {
        var id = element.getAttribute("id");
        var name = element.getLocalName();
        var namespace = element.getNamespaceURI();
        var self = id == null || id.isEmpty() ? owner : id;
        if (namespace.equals(BpmnModelConstants.BPMN20_NS) && !BPMN.contains(name)
                || namespace.equals(BpmnModelConstants.CAMUNDA_NS) && !CAMUNDA.contains(name)) {
            say(self, "<" + name + "> is no building block");
        }
        for (var attribute : List.of("class", "expression", "type", "topic", "variableMappingClass")) {
            if (element.hasAttribute(BpmnModelConstants.CAMUNDA_NS, attribute)) {
                say(self, attribute + " is not allowed: a step is a building block");
            }
        }
        if (element.hasAttribute("language")) {
            say(self, "there are no scripts");
        }
        element.getChildElements().forEach(child -> elements(child, self));
    }

    private void all() {
        all(Process.class).forEach(this::process);
        all(StartEvent.class).stream()
                .filter(start -> !start.getEventDefinitions().isEmpty())
                .forEach(start ->
                        say(start.getId(), "a journey is started by a decision alone, not by a message or timer"));
        all(ServiceTask.class).forEach(this::step);
        all(UserTask.class).forEach(this::task);
        all(ExclusiveGateway.class).forEach(this::check);
        all(EventBasedGateway.class).forEach(this::either);
        all(IntermediateCatchEvent.class).forEach(this::waiting);
        all(TimerEventDefinition.class).forEach(this::timer);
        all(Message.class).stream()
                .filter(message -> !names.told().contains(message.getName()))
                .forEach(message -> say(message.getId(), "no rule tells '" + message.getName() + "'"));
        all(EndEvent.class).stream()
                .filter(end -> isBlank(end.getName()))
                .forEach(end -> say(end.getId(), "an end needs a name: it is the outcome"));
    }

    private <T extends ModelElementInstance> Collection<T> all(Class<T> type) {
        return diagram.getModelElementsByType(type);
    }

    private void process(Process process) {
        var id = process.getId();
        if (!file.equals(id + ".bpmn")) {
            say(id, "the process must be called as the file");
        }
        if (!process.isExecutable()) {
            say(id, "is not executable");
        }
        if (isBlank(process.getCamundaHistoryTimeToLiveString())) {
            say(id, "needs a history time to live");
        }
        if (isBlank(process.getCamundaVersionTag())) {
            say(id, "needs a version tag");
        }
        if (isBlank(process.getName()) || process.getDocumentations().isEmpty()) {
            say(id, "needs a name, and a documentation that says what it does");
        }
        try {
            var policy = Policy.of(diagram);
            policy.words().stream()
                    .filter(word -> !names.told().contains(word))
                    .forEach(word -> say(id, "no rule tells '" + word + "'"));
            var isMarketing = all(ServiceTask.class).stream()
                    .anyMatch(step ->
                            MARKETING.equals(names.topics().get(fields(step).get("template"))));
            if (isMarketing && !policy.needsConsent()) {
                say(id, "sends marketing: exit must have " + Policy.UNSUBSCRIBED);
            }
        } catch (IllegalArgumentException e) {
            say(id, e.getMessage());
        }
    }

    private static String delegate(ServiceTask step) {
        var expression = step.getCamundaDelegateExpression();
        return expression == null ? "" : expression.substring(2, expression.length() - 1);
    }

    private static Map<String, String> fields(FlowNode node) {
        return node.getExtensionElements() == null
                ? Map.of()
                : node.getExtensionElements().getElementsQuery().filterByType(CamundaInputOutput.class).list().stream()
                        .flatMap(all -> all.getCamundaInputParameters().stream())
                        .collect(Collectors.toMap(
                                CamundaInputParameter::getCamundaName,
                                CamundaInputParameter::getTextContent,
                                (a, b) -> b));
    }

    private void step(ServiceTask step) {
        var id = step.getId();
        var known = STEPS.get(delegate(step));
        if (known == null) {
            say(
                    id,
                    "is no building block: its delegate must be one of "
                            + STEPS.keySet().stream().sorted().toList());
            return;
        }
        var fields = fields(step);
        known.forEach((field, pattern) -> {
            var value = fields.get(field);
            if (value == null) {
                say(id, "the field '" + field + "' is missing");
            } else if (!pattern.matcher(value).matches()) {
                say(id, "'" + value + "' does not fit the field '" + field + "'");
            }
        });
        fields.keySet().stream()
                .filter(field -> !known.containsKey(field))
                .forEach(field -> say(id, "has no field '" + field + "'"));
        if (delegate(step).equals("sendMessage")) {
            if (!names.topics().containsKey(fields.get("template"))) {
                say(id, "there is no message '" + fields.get("template") + "'");
            }
            if (!step.isCamundaAsyncBefore()) {
                say(id, "must be asynchronous before: what queues a mail is a step of its own");
            }
        }
        if (delegate(step).equals("askTheRules") && !names.tables().contains(fields.get("table"))) {
            say(id, "there is no table '" + fields.get("table") + "'");
        }
        if (delegate(step).equals("split") && fields.containsKey("arms")) {
            arms(step);
        }
    }

    private Set<String> arms(ServiceTask split) {
        try {
            return Split.arms(fields(split).get("arms")).keySet();
        } catch (IllegalArgumentException e) {
            say(split.getId(), e.getMessage());
            return Set.of();
        }
    }

    private void task(UserTask task) {
        var id = task.getId();
        if (!GROUPS.contains(String.valueOf(task.getCamundaCandidateGroups()))) {
            say(
                    id,
                    "a person's task needs a group, one of "
                            + GROUPS.stream().sorted().toList());
        }
        if (!isWait(task.getCamundaDueDate())) {
            say(id, "a person's task needs a due date, such as P1D");
        }
        if (all(BoundaryEvent.class).stream()
                .noneMatch(event -> event.getAttachedTo().equals(task) && has(event, TimerEventDefinition.class))) {
            say(id, "waits for ever: a person's task needs a timer at its border");
        }
        var offered = names.outcomes().get(String.valueOf(task.getCamundaFormRef()));
        if (offered == null) {
            say(id, "there is no form '" + task.getCamundaFormRef() + "'");
        } else if (!offered.equals(ReportOutcome.outcomes(task))) {
            say(id, "the property outcomes must list what its form offers: " + String.join(",", offered));
        }
        var listeners = task.getExtensionElements() == null
                ? Stream.<CamundaTaskListener>empty()
                : task
                        .getExtensionElements()
                        .getElementsQuery()
                        .filterByType(CamundaTaskListener.class)
                        .list()
                        .stream();
        var heard = listeners
                .map(listener -> listener.getCamundaEvent() + " " + listener.getCamundaDelegateExpression())
                .collect(Collectors.toSet());
        if (!heard.equals(Set.of("create ${showCustomer}", "complete ${reportOutcome}"))) {
            say(id, "a person's task needs the listeners showCustomer at create and reportOutcome at complete");
        }
    }

    private void check(ExclusiveGateway gateway) {
        if (gateway.getOutgoing().size() < 2) {
            return;
        }
        if (gateway.getDefault() == null) {
            say(gateway.getId(), "needs a default flow, for what no condition holds of");
        }
        var arms = all(ServiceTask.class).stream()
                .filter(step -> delegate(step).equals("split"))
                .flatMap(split -> arms(split).stream())
                .collect(Collectors.toCollection(HashSet::new));
        var asks =
                all(ServiceTask.class).stream().anyMatch(step -> delegate(step).equals("askTheRules"));
        for (var flow : gateway.getOutgoing()) {
            if (flow.equals(gateway.getDefault())) {
                continue;
            }
            var condition = flow.getConditionExpression() == null
                    ? ""
                    : flow.getConditionExpression().getTextContent().strip();
            var match = CONDITION.matcher(condition);
            if (!match.matches()) {
                say(flow.getId(), "needs a condition such as ${answer == 'remind'}");
            } else if (match.group(1).equals("arm") && !arms.contains(match.group(2))) {
                say(flow.getId(), "no experiment has the arm '" + match.group(2) + "'");
            } else if (match.group(1).equals("answer") && !asks) {
                say(flow.getId(), "no step asks the rules for an answer");
            } else if (match.group(1).equals("signal") && !names.signals().contains(match.group(2))) {
                say(flow.getId(), "no rule gives the signal '" + match.group(2) + "'");
            }
        }
    }

    private void either(EventBasedGateway gateway) {
        if (gateway.getSucceedingNodes().list().stream().noneMatch(node -> has(node, TimerEventDefinition.class))) {
            say(gateway.getId(), "waits for ever: one of the events behind it must be a timer");
        }
    }

    private void waiting(IntermediateCatchEvent event) {
        if (has(event, MessageEventDefinition.class)
                && !event.getPreviousNodes().list().stream().allMatch(EventBasedGateway.class::isInstance)) {
            say(event.getId(), "waits for ever: a message is waited for behind an event-based gateway, beside a timer");
        }
    }

    private static boolean has(FlowNode node, Class<? extends EventDefinition> kind) {
        return !node.getChildElementsByType(kind).isEmpty();
    }

    private void timer(TimerEventDefinition timer) {
        var event = (FlowNode) timer.getParentElement();
        if (timer.getTimeDuration() != null) {
            if (!isWait(timer.getTimeDuration().getTextContent())) {
                say(event.getId(), "a wait must be such as PT4H or P30D, and at most 366 days");
            }
        } else if (timer.getTimeDate() == null
                || !timer.getTimeDate().getTextContent().strip().equals(UNTIL)
                || event.getPreviousNodes().count() == 0
                || !event.getPreviousNodes().list().stream()
                        .allMatch(node -> node instanceof ServiceTask step
                                && delegate(step).equals("untilLocalTime"))) {
            say(event.getId(), "a timer waits for a time such as P1D, or until " + UNTIL + " behind untilLocalTime");
        }
    }

    private static boolean isWait(String text) {
        try {
            var wait = Duration.parse(String.valueOf(text).strip());
            return wait.compareTo(Duration.ZERO) > 0 && wait.compareTo(LONGEST_WAIT) <= 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }
}
