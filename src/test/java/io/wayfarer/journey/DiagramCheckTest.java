package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.camunda.bpm.model.bpmn.instance.dc.Bounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/** What diagrams may be made of: all of ours are, and each way to get one wrong is named with file and element. */
class DiagramCheckTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PROCESSES = Path.of("processes").toAbsolutePath();
    private static final DiagramCheck.Names NAMES = names();

    private static DiagramCheck.Names names() {
        try {
            return new Diagrams(
                            null,
                            null,
                            null,
                            JSON,
                            PROCESSES.toString(),
                            Path.of("rules").toAbsolutePath().toString(),
                            "file:" + PROCESSES + "/messages/*.liquid")
                    .names();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource
    void everyDiagramIsMadeOfBuildingBlocks(Path file) throws IOException {
        assertThat(problems(file.getFileName().toString(), Files.readString(file)))
                .isEmpty();
    }

    static List<Path> everyDiagramIsMadeOfBuildingBlocks() throws IOException {
        return files(PROCESSES, ".bpmn");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            win-back         | name="template">win-back<           | name="template">nonsense<        | send-first: there is no message 'nonsense'
            win-back         | name="template"                     | name="tempalte"                  | send-first: the field 'template' is missing
            win-back         | name="template"                     | name="tempalte"                  | send-first: has no field 'tempalte'
            win-back         | ${sendMessage}                      | ${sendMessages}                  | expression: ${sendMessages} is none that a diagram may hold
            win-back         | ${sendMessage}                      | ${escalate}                      | send-first: has no field 'template'
            win-back         | camunda:asyncBefore="true"          |                                  | send-first: must be asynchronous before
            win-back         | letters:80,control:20               | letters:80,control:21            | split: the shares of the arms must make 100
            win-back         | letters:80,control:20               | letters:80                       | split: the shares of the arms must make 100
            win-back         | arm == 'letters'                    | arm == 'leters'                  | letters: no experiment has the arm 'leters'
            win-back         | arm == 'letters'                    | answer == 'letters'               | letters: no step asks the rules for an answer
            evaluation-assist | signal == 'price-dropped'           | signal == 'price-droped'         | is-cheaper: no rule gives the signal 'price-droped'
            win-back         | arm == 'letters'                    | outcome == 'letters'              | is none that a diagram may hold
            win-back         | ' default="without"'                |                                  | arm: needs a default flow
            win-back         | >10:00<                             | >24:00<                          | find-morning: '24:00' does not fit the field 'at'
            win-back         | >P44D<                              | >P600D<                          | control-wait: a wait must be such as PT4H or P30D, and at most 366 days
            win-back         | >P44D<                              | >soon<                           | control-wait: a wait must be such as PT4H or P30D
            win-back         | >P44D<                              | >PT0S<                           | control-wait: a wait must be such as PT4H or P30D
            win-back         | >${until}<                          | >2026-01-01T00:00:00Z<           | morning: a timer waits for a time such as P1D, or until ${until}
            win-back         | >${until}<                          | >${answer}<                      | expression: ${answer} is none
            win-back         | timeDuration                        | timeCycle                        | <timeCycle> is no building block
            win-back         | 'value="unsubscribed"'              | 'value="subscribed"'             | win-back: no rule tells 'subscribed'
            win-back         | 'value="unsubscribed"'              | 'value="purchased"'              | win-back: sends marketing: exit must have unsubscribed
            win-back         | 'value="after-exit"'                | 'value="sometimes"'              | win-back: entry must be once, after-exit or a time
            win-back         | 'value="after-exit"'                | 'value="P0D"'                    | win-back: entry must be once, after-exit or a time
            win-back         | 'name="entry"'                      | 'name="entrance"'                | win-back: a process has no property 'entrance'
            win-back         | 'camunda:versionTag="2"'            |                                  | win-back: needs a version tag
            win-back         | 'camunda:historyTimeToLive="P90D"'  |                                  | win-back: needs a history time to live
            win-back         | 'id="win-back" '                    | 'id="won-back" '                 | won-back: the process must be called as the file
            win-back         | 'name="Not won back"'               | 'name=""'                        | not-won: an end needs a name
            feedback         | 'name="answered-well"'              | 'name="answerd-well"'            | message-answered-well: no rule tells 'answerd-well'
            feedback         | <bpmn:eventBasedGateway id="answer" | <bpmn:exclusiveGateway id="answer" | is no BPMN
            purchase-help    | cancelActivity="false" attachedToRef="call-customer" | attachedToRef="send-help" | call-customer: waits for ever
            purchase-help    | service-agents                      | everybody                        | call-customer: a person's task needs a group
            purchase-help    | camunda:dueDate="P1D"               |                                  | call-customer: a person's task needs a due date
            purchase-help    | camunda:formRef="purchase-help"     | camunda:formRef="help"           | call-customer: there is no form 'help'
            purchase-help    | bought,will-buy,                    | bought,                          | call-customer: the property outcomes must list what its form offers
            purchase-help    | event="complete"                    | event="delete"                   | call-customer: a person's task needs the listeners
            purchase-help    | name="table">help<                  | name="table">helpp<              | ask-call: there is no table 'helpp'
            purchase-help    | camunda:delegateExpression="${askTheRules}" | camunda:class="java.lang.Thread" | ask-call: class is not allowed
            purchase-help    | camunda:delegateExpression="${askTheRules}" | camunda:expression="1"   | ask-call: expression is not allowed
            purchase-help    | camunda:delegateExpression="${askTheRules}" | camunda:type="external" camunda:topic="x" | ask-call: type is not allowed
            purchase-help    | >payment<                           | >${runtimeService}<              | expression: ${runtimeService} is none that a diagram may hold
            purchase-help    | >payment<                           | >#{runtimeService}<              | expression: #{runtimeService} is none that a diagram may hold
            purchase-help    | >payment<                           | ><camunda:script scriptFormat="js">1</camunda:script>< | ask-call: <script> is no building block
            """)
    void whatIsWrongIsNamedWithFileAndElement(String name, String from, String to, String problem) throws IOException {
        var diagram = Files.readString(PROCESSES.resolve(name + ".bpmn"));
        var wrong = diagram.replace(from, to == null ? "" : to);

        assertThat(wrong).isNotEqualTo(diagram);
        assertThat(problems(name + ".bpmn", wrong))
                .anySatisfy(
                        said -> assertThat(said).startsWith(name + ".bpmn: ").contains(problem));
    }

    @Test
    void aMessageIsNotWaitedForWithoutATimerBesideIt() throws IOException {
        var diagram = Files.readString(PROCESSES.resolve("feedback.bpmn"));
        var withoutTimer = diagram.replaceFirst(
                "(?s)<bpmn:timerEventDefinition id=\"no-answer-timer\">.*?</bpmn:timerEventDefinition>",
                "<bpmn:messageEventDefinition id=\"no-answer-message\" messageRef=\"message-delivered\" />");

        assertThat(problems("feedback.bpmn", withoutTimer))
                .containsExactly("feedback.bpmn: answer: waits for ever: one of the events behind it must be a timer");
    }

    @ParameterizedTest
    @CsvSource({
        "'<bpmn:startEvent id=\"gone-quiet\" name=\"Gone quiet\">', '<bpmn:messageEventDefinition id=\"m\" />',"
                + " gone-quiet: a journey is started by a decision alone",
        "'<bpmn:startEvent id=\"gone-quiet\" name=\"Gone quiet\">', '<bpmn:signalEventDefinition id=\"s\" />',"
                + " s: <signalEventDefinition> is no building block",
        "'</bpmn:extensionElements>', '<bpmn:scriptTask id=\"x\" scriptFormat=\"js\"><bpmn:script>1</bpmn:script></bpmn:scriptTask>',"
                + " x: <scriptTask> is no building block",
        "'</bpmn:extensionElements>', '<bpmn:callActivity id=\"x\" calledElement=\"win-back\" />',"
                + " x: <callActivity> is no building block",
    })
    void whatIsNoBuildingBlockIsRefused(String behind, String added, String problem) throws IOException {
        var diagram = Files.readString(PROCESSES.resolve("win-back.bpmn"));
        var at = diagram.indexOf(behind) + behind.length();
        // a start event holds its flow before what triggers it
        var where = behind.contains("startEvent") ? diagram.indexOf("</bpmn:startEvent>", at) : at;

        assertThat(problems("win-back.bpmn", diagram.substring(0, where) + added + diagram.substring(where)))
                .anySatisfy(said -> assertThat(said).contains(problem));
    }

    @ParameterizedTest
    @CsvSource({"nonsense", "<a/>", "''"})
    void whatIsNoDiagramAtAllIsRefusedWithTheFilesName(String text) {
        assertThat(problems("x.bpmn", text)).hasSize(1).allMatch(said -> said.startsWith("x.bpmn: is no BPMN"));
    }

    @ParameterizedTest
    @MethodSource
    void everyElementTemplateHasTheFieldsOfItsBlock(Path file) throws IOException {
        var template = JSON.readTree(file.toFile());
        var name = file.getFileName().toString().replace(".json", "");
        assertThat(template.get("id").asText()).isEqualTo("io.wayfarer." + name);
        assertThat(template.get("$schema").asText()).endsWith("/element-templates-json-schema/resources/schema.json");
        assertThat(template.get("name").asText()).isNotBlank();
        assertThat(template.get("appliesTo")).isNotEmpty();
        assertThat(template.get("properties"))
                .allSatisfy(property -> assertThat(property.at("/binding/type").asText())
                        .isIn("property", "camunda:property", "camunda:inputParameter"));
        var delegate = properties(template)
                .filter(property -> property.at("/binding/name").asText().equals("camunda:delegateExpression"))
                .map(property -> property.get("value").asText().replaceAll("[${}]", ""))
                .findFirst();
        var fields = new HashMap<String, String>();
        properties(template)
                .filter(property -> property.at("/binding/type").asText().equals("camunda:inputParameter"))
                .forEach(property -> fields.put(
                        property.at("/binding/name").asText(),
                        property.at("/constraints/pattern/value").asText()));
        var expected = new HashMap<String, String>();
        delegate.map(DiagramCheck.STEPS::get)
                .orElse(Map.of())
                .forEach((field, pattern) -> expected.put(field, "^" + pattern + "$"));
        assertThat(fields).isEqualTo(expected);
        delegate.ifPresent(bean -> assertThat(DiagramCheck.STEPS).containsKey(bean));
    }

    static List<Path> everyElementTemplateHasTheFieldsOfItsBlock() throws IOException {
        return files(PROCESSES.resolve("element-templates"), ".json");
    }

    @Test
    void everyBlockHasADelegateAndATemplate() throws IOException {
        var templates = new StringBuilder();
        for (var file : files(PROCESSES.resolve("element-templates"), ".json")) {
            templates.append(Files.readString(file));
        }
        for (var step : DiagramCheck.STEPS.keySet()) {
            assertThat(templates).contains("\"${" + step + "}\"");
            var type = "io.wayfarer.journey." + Character.toUpperCase(step.charAt(0)) + step.substring(1);
            assertThat(ClassUtils.resolveClassName(type, null)).hasAnnotation(Component.class);
        }
    }

    @ParameterizedTest
    @MethodSource("everyDiagramIsMadeOfBuildingBlocks")
    void everyTemplateThatADiagramNamesIsThere(Path file) throws IOException {
        var named = Pattern.compile("modelerTemplate=\"io.wayfarer.([^\"]+)\"").matcher(Files.readString(file));
        while (named.find()) {
            assertThat(PROCESSES.resolve("element-templates").resolve(named.group(1) + ".json"))
                    .isRegularFile();
        }
    }

    /** Drawn so that a person can read it: nothing lies on anything else, and all of it is drawn. */
    @ParameterizedTest
    @MethodSource("everyDiagramIsMadeOfBuildingBlocks")
    void nothingInADiagramOverlaps(Path file) throws IOException {
        var model = Bpmn.readModelFromFile(file.toFile());
        var shapes = List.copyOf(model.getModelElementsByType(BpmnShape.class));
        assertThat(shapes).hasSameSizeAs(model.getModelElementsByType(FlowNode.class));
        for (var one : shapes) {
            for (var other : shapes) {
                var attached = Stream.of(one, other).anyMatch(shape -> shape.getBpmnElement() instanceof BoundaryEvent);
                if (one != other && !attached) {
                    assertThat(area(one.getBounds()).intersects(area(other.getBounds())))
                            .as(one.getId() + " lies on " + other.getId())
                            .isFalse();
                    if (one.getBpmnLabel() != null) {
                        assertThat(area(one.getBpmnLabel().getBounds()).intersects(area(other.getBounds())))
                                .as("the label of " + one.getId() + " lies on " + other.getId())
                                .isFalse();
                    }
                }
            }
        }
    }

    private static Rectangle2D area(Bounds bounds) {
        return new Rectangle2D.Double(bounds.getX(), bounds.getY(), bounds.getWidth(), bounds.getHeight());
    }

    private static Stream<JsonNode> properties(JsonNode template) {
        return StreamSupport.stream(template.get("properties").spliterator(), false);
    }

    private static List<String> problems(String file, String text) {
        return DiagramCheck.problems(file, text.getBytes(StandardCharsets.UTF_8), NAMES);
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (var paths = Files.list(folder)) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}
