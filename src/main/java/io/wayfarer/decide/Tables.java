package io.wayfarer.decide;

import java.io.StringReader;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kie.api.io.Resource;
import org.kie.dmn.api.core.DMNMessage;
import org.kie.dmn.api.core.DMNModel;
import org.kie.dmn.api.core.DMNRuntime;
import org.kie.dmn.api.core.event.AfterEvaluateDecisionTableEvent;
import org.kie.dmn.api.core.event.DMNRuntimeEventListener;
import org.kie.dmn.core.internal.utils.DMNRuntimeBuilder;
import org.kie.dmn.model.api.DecisionTable;
import org.kie.internal.io.ResourceFactory;

/** The DMN files of a rulebook, compiled. A file's model has the file's name, and each of its decisions is one table. */
final class Tables {

    private static final String ROW = "row";
    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");

    private final DMNRuntime runtime;
    private final Map<String, DMNModel> models = new LinkedHashMap<>();
    /** By file and table, of those in which nothing is computed. */
    private final Map<String, Map<String, Buckets>> known = new HashMap<>();

    /**
     * @param files text by file name; those that end in .dmn are taken
     * @throws IllegalArgumentException naming the file, when one does not compile
     */
    Tables(Map<String, String> files) {
        var resources = files.entrySet().stream()
                .filter(file -> file.getKey().endsWith(".dmn"))
                .map(file -> resource(file.getKey(), file.getValue()))
                .toList();
        runtime = DMNRuntimeBuilder.fromDefaults()
                .buildConfiguration()
                .fromResources(resources)
                .getOrElseThrow(e -> new IllegalArgumentException("a DMN file cannot be read: " + e.getMessage(), e));
        for (var model : runtime.getModels()) {
            var file = model.getResource().getSourcePath();
            refuse(file, model.getMessages(DMNMessage.Severity.ERROR));
            if (!file.equals(model.getName() + ".dmn")) {
                throw new IllegalArgumentException(file + ": the model is called " + model.getName());
            }
            models.put(model.getName(), model);
            tables(model).forEach((name, table) -> Buckets.of(table)
                    .ifPresent(buckets -> known.computeIfAbsent(model.getName(), of -> new HashMap<>())
                            .put(name, buckets)));
        }
        runtime.addListener(new DMNRuntimeEventListener() {
            @Override
            public void afterEvaluateDecisionTable(AfterEvaluateDecisionTableEvent event) {
                if (!event.getSelected().isEmpty()) {
                    event.getResult()
                            .getContext()
                            .getMetadata()
                            .set(ROW, event.getSelected().get(0));
                }
            }
        });
    }

    /**
     * Evaluates one table.
     *
     * @param facts by input name; what the table does not ask for is not used
     * @throws IllegalArgumentException when there is no such table, when no row holds, or when a fact that has allowed
     *     values is missing or not among them
     */
    Row ask(String file, String table, Map<String, Object> facts) {
        var buckets = known.getOrDefault(file, Map.of()).get(table);
        return buckets == null
                ? evaluate(file, table, facts)
                : buckets.answer(facts, () -> evaluate(file, table, facts));
    }

    /** As {@link #ask}, without remembering. */
    Row evaluate(String file, String table, Map<String, Object> facts) {
        var model = models.get(file);
        if (model == null || model.getDecisionByName(table) == null) {
            throw new IllegalArgumentException("there is no table '" + table + "' in " + file + ".dmn");
        }
        var context = runtime.newContext();
        model.getInputs().forEach(input -> context.set(input.getName(), facts.get(input.getName())));
        var result = runtime.evaluateByName(model, context, table);
        refuse(file + ".dmn", result.getMessages(DMNMessage.Severity.ERROR));
        if (!(result.getDecisionResultByName(table).getResult() instanceof Map<?, ?> outputs)) {
            throw new IllegalArgumentException(file + ".dmn: no row of " + table + " holds for " + facts);
        }
        var row = (Integer) result.getContext().getMetadata().get(ROW);
        var cells = new LinkedHashMap<String, Object>();
        outputs.forEach((name, value) -> cells.put((String) name, value));
        return new Row(nameOf(file, table, row), Collections.unmodifiableMap(cells));
    }

    /** Whether the file is there and has an input of this name. */
    boolean takes(String file, String input) {
        var model = models.get(file);
        return model != null && model.getInputByName(input) != null;
    }

    /** The texts that an input of the file's table may have; empty when it may have any. */
    Set<String> values(String file, String input) {
        if (!models.containsKey(file)) {
            return Set.of();
        }
        return models.get(file).getDefinitions().getDrgElement().stream()
                .filter(org.kie.dmn.model.api.Decision.class::isInstance)
                .map(decision -> ((org.kie.dmn.model.api.Decision) decision).getExpression())
                .filter(DecisionTable.class::isInstance)
                .flatMap(table -> ((DecisionTable) table).getInput().stream())
                .filter(one -> one.getInputExpression().getText().equals(input) && one.getInputValues() != null)
                .flatMap(one -> TEXT.matcher(one.getInputValues().getText()).results())
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    /** Every row of every table, as {@link Row#rule()} names it. */
    Set<String> names() {
        var names = new TreeSet<String>();
        models.forEach((file, model) -> tables(model).forEach((name, table) -> {
            for (int row = 1; row <= table.getRule().size(); row++) {
                names.add(nameOf(file, name, row));
            }
        }));
        return names;
    }

    private static Map<String, DecisionTable> tables(DMNModel model) {
        var tables = new LinkedHashMap<String, DecisionTable>();
        for (var element : model.getDefinitions().getDrgElement()) {
            if (element instanceof org.kie.dmn.model.api.Decision decision
                    && decision.getExpression() instanceof DecisionTable table) {
                tables.put(decision.getName(), table);
            }
        }
        return tables;
    }

    private static String nameOf(String file, String table, int row) {
        return file + ".dmn: " + (table.equals(file) ? "" : table + " ") + "row " + row;
    }

    private static Resource resource(String name, String text) {
        var resource = ResourceFactory.newReaderResource(new StringReader(text), "UTF-8");
        resource.setSourcePath(name);
        return resource;
    }

    private static void refuse(String file, List<DMNMessage> errors) {
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(
                    file + ": " + errors.stream().map(DMNMessage::getText).collect(Collectors.joining("; ")));
        }
    }
}
