package io.wayfarer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kie.dmn.validation.DMNValidator.Validation.ANALYZE_DECISION_TABLE;
import static org.kie.dmn.validation.DMNValidator.Validation.VALIDATE_COMPILATION;
import static org.kie.dmn.validation.DMNValidator.Validation.VALIDATE_MODEL;
import static org.kie.dmn.validation.DMNValidator.Validation.VALIDATE_SCHEMA;

import io.wayfarer.decide.Rulebook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.StringReader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kie.api.builder.Message;
import org.kie.dmn.validation.DMNValidator;
import org.kie.dmn.validation.DMNValidatorFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.yaml.snakeyaml.Yaml;

/** Lints the files that are not Java: rules/, routes/ and processes/. A typo fails here, with the file's name. */
class FlowFilesTest {

    private static final Pattern DELEGATE = Pattern.compile("delegateExpression=\"\\$\\{(\\w+)}\"");

    private static final DMNValidator VALIDATOR = DMNValidatorFactory.newValidator();
    private static final Map<String, Class<?>> BEANS = beans();

    @Test
    void everyRuleCompiles() throws IOException {
        assertThat(new Rulebook(rules()).names()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void everyTableIsValidWithoutGapsAndOverlaps(Path file) throws IOException {
        assertThat(problems(Files.readString(file))).isEmpty();
    }

    static List<Path> everyTableIsValidWithoutGapsAndOverlaps() throws IOException {
        return files("rules", ".dmn");
    }

    @Test
    void aGapAndAnOverlapInATableAreFound() throws IOException {
        var table = Files.readString(Path.of("rules", "next-best-action.dmn"));

        assertThat(problems(table.replace("&gt;= 0.7", "&gt;= 0.8"))).anyMatch(problem -> problem.contains("Gap"));
        assertThat(problems(table.replace("&gt;= 0.7", "&gt;= 0.6"))).anyMatch(problem -> problem.contains("verlap"));
    }

    private static List<String> problems(String table) {
        return VALIDATOR
                .validateUsing(VALIDATE_SCHEMA, VALIDATE_MODEL, VALIDATE_COMPILATION, ANALYZE_DECISION_TABLE)
                .theseModels(new StringReader(table))
                .stream()
                .filter(message -> message.getLevel() != Message.Level.INFO)
                .map(message -> message.getLevel() + " " + message.getText())
                .toList();
    }

    @ParameterizedTest
    @MethodSource
    void everyRulesFileHasACaseTable(Path file) {
        var name = file.getFileName().toString();

        assertThat(Path.of("rules", "cases", name.substring(0, name.lastIndexOf('.')) + ".csv"))
                .isRegularFile();
    }

    static List<Path> everyRulesFileHasACaseTable() throws IOException {
        return Stream.concat(files("rules", ".drl").stream(), files("rules", ".dmn").stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("everyRulesFileHasACaseTable")
    void aTypoInARulesFileIsRefusedWithTheFilesName(Path file) throws IOException {
        var name = file.getFileName().toString();
        var rules = rules();
        rules.computeIfPresent(
                name,
                (n, text) -> name.endsWith(".drl")
                        ? text.replaceFirst("(Moment|Meeting|Standing)\\( (event|apart|orders)", "$1( evnet")
                        : text.replaceFirst("<text>&lt; ", "<text>&lt; lots of "));

        assertThatThrownBy(() -> new Rulebook(rules))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @MethodSource
    void everyRouteLoadsAndNamesBeansAndMethodsThatExist(Path file) throws Exception {
        try (var camel = new DefaultCamelContext()) {
            var resource = ResourceHelper.fromString(file.getFileName().toString(), Files.readString(file));
            PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
        }
        for (var step : steps(new Yaml().load(Files.readString(file)), "bean")) {
            var bean = (String) step.get("ref");
            assertThat(BEANS).as("the beans that %s may name", file).containsKey(bean);
            if (step.get("method") instanceof String method) {
                assertThat(BEANS.get(bean).getMethods())
                        .as("the methods of %s that %s may name", bean, file)
                        .extracting(Method::getName)
                        .contains(method.replaceFirst("\\(.*", ""));
            }
        }
    }

    @Test
    void everyMappingIsNamedByARouteAndEveryRouteNamesOneThatIsThere() throws IOException {
        var named = new ArrayList<String>();
        for (var file : files("routes", ".yaml")) {
            for (var step : steps(new Yaml().load(Files.readString(file)), "bean")) {
                var apply = Pattern.compile("apply\\('(.*)',").matcher(String.valueOf(step.get("method")));
                if ("jslt".equals(step.get("ref")) && apply.find()) {
                    named.add(apply.group(1));
                }
            }
        }
        assertThat(named)
                .isNotEmpty()
                .hasSameElementsAs(files("routes", ".jslt").stream()
                        .map(path -> path.getFileName().toString())
                        .toList());
    }

    /** Every step of the kind, at any depth. */
    private static List<Map<?, ?>> steps(Object yaml, String kind) {
        var found = new ArrayList<Map<?, ?>>();
        if (yaml instanceof List<?> list) {
            list.forEach(entry -> found.addAll(steps(entry, kind)));
        } else if (yaml instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (name.equals(kind) && value instanceof Map<?, ?> step) {
                    found.add(step);
                }
                found.addAll(steps(value, kind));
            });
        }
        return found;
    }

    static List<Path> everyRouteLoadsAndNamesBeansAndMethodsThatExist() throws IOException {
        return files("routes", ".yaml");
    }

    /** What a stranger sends must not steer Camel: CVE-2025-27636, CVE-2025-29891, CVE-2026-33454 and what follows them. */
    @ParameterizedTest
    @MethodSource
    void everyWayInDropsAllHeadersBeforeAnythingReadsOne(Path file) throws IOException {
        var routes = steps(new Yaml().load(Files.readString(file)), "from");

        // what comes by direct: comes from another route, which has dropped them
        assertThat(routes)
                .isNotEmpty()
                .filteredOn(from -> !from.get("uri").toString().startsWith("direct:"))
                .allSatisfy(from -> assertThat((List<?>) from.get("steps"))
                        .first()
                        .isEqualTo(Map.of("removeHeaders", Map.of("pattern", "*"))));
    }

    static List<Path> everyWayInDropsAllHeadersBeforeAnythingReadsOne() throws IOException {
        return files("routes", ".yaml").stream()
                .filter(file -> file.getFileName().toString().startsWith("in-") || isAskedByStrangers(file))
                .toList();
    }

    private static boolean isAskedByStrangers(Path file) {
        try {
            return Files.readString(file).contains("platform-http:");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("everyRouteLoadsAndNamesBeansAndMethodsThatExist")
    void noRouteTakesAnAddressOrAnExpressionFromOutsideOrRunsACommand(Path file) throws IOException {
        assertThat(Files.readString(file))
                .doesNotContainPattern("(?m)^\\s*-?\\s*(dynamicRouter|recipientList|routingSlip|toD|saga|script|enrich"
                        + "|pollEnrich|groovy|js|python|mvel|ognl|spel|java):")
                .doesNotContainPattern("(exec|tika|groovy|mimeMultipart|langchain\\w*|ssh|docker|bean:class):");
    }

    @Test
    void everyActionOfTheRulesLeadsToAProcessOrATemplate() throws IOException {
        var actions = Pattern.compile("\"(start|send):([\\w-]+)\"")
                .matcher(String.join("", rules().values()))
                .results()
                .toList();

        assertThat(actions).isNotEmpty().allSatisfy(action -> assertThat(
                        action.group(1).equals("start")
                                ? Path.of("processes", action.group(2) + ".bpmn")
                                : Path.of("processes", "messages", action.group(2) + ".en.liquid"))
                .isRegularFile());
    }

    @Test
    void whatTheRulesTellIsAMessageOrAGoalOrAnExitOfADiagram() throws IOException {
        var heard = new ArrayList<String>();
        for (var file : files("processes", ".bpmn")) {
            var diagram = Files.readString(file);
            names(diagram, "<bpmn:message [^>]*name=\"([^\"]+)\"").forEach(heard::add);
            names(diagram, "<camunda:property name=\"(?:goal|exit)\" value=\"([^\"]+)\"")
                    .forEach(words -> heard.addAll(List.of(words.split(", *"))));
        }
        var told = names(String.join("", rules().values()), "findings\\.tell\\(\"([^\"]+)\"")
                .toList();

        assertThat(told).isNotEmpty();
        assertThat(heard).containsAll(told);
    }

    private static Stream<String> names(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource
    void everyDiagramIsValidNamesBeansThatExistAndItsHistoryExpires(Path file) throws IOException {
        var model = Bpmn.readModelFromFile(file.toFile());

        Bpmn.validateModel(model);
        assertThat(model.getModelElementsByType(Process.class)).isNotEmpty().allSatisfy(process -> {
            assertThat(process.getId() + ".bpmn").isEqualTo(file.getFileName().toString());
            assertThat(process.isExecutable()).isTrue();
            assertThat(process.getCamundaHistoryTimeToLiveString()).isNotBlank();
        });
        assertThat(DELEGATE.matcher(Files.readString(file)).results().map(found -> found.group(1)))
                .allSatisfy(bean -> assertThat(BEANS).containsKey(bean));
    }

    static List<Path> everyDiagramIsValidNamesBeansThatExistAndItsHistoryExpires() throws IOException {
        return files("processes", ".bpmn");
    }

    private static Map<String, String> rules() throws IOException {
        var rules = new TreeMap<String, String>();
        for (var ending : List.of(".drl", ".dmn")) {
            for (var file : files("rules", ending)) {
                rules.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return rules;
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        if (!Files.isDirectory(Path.of(folder))) {
            return List.of();
        }
        try (var paths = Files.walk(Path.of(folder))) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** Our beans by name: components, and what configurations make. */
    private static Map<String, Class<?>> beans() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(Component.class));
        var beans = new TreeMap<String, Class<?>>();
        for (var found : scanner.findCandidateComponents("io.wayfarer")) {
            var type = ClassUtils.resolveClassName(found.getBeanClassName(), null);
            var named = AnnotatedElementUtils.getMergedAnnotation(type, Component.class)
                    .value();
            beans.put(named.isEmpty() ? ClassUtils.getShortNameAsProperty(type) : named, type);
            for (var method : type.getDeclaredMethods()) {
                var bean = AnnotatedElementUtils.getMergedAnnotation(method, Bean.class);
                if (bean != null) {
                    var names = new ArrayList<>(Arrays.asList(bean.name()));
                    names.add(method.getName());
                    names.forEach(name -> beans.put(name, method.getReturnType()));
                }
            }
        }
        return beans;
    }
}
