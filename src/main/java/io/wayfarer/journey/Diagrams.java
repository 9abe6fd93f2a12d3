package io.wayfarer.journey;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.RepositoryService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Deploys the diagrams at the start, each with the form of the same name. One that has not changed stays as it is; one
 * that has gets a new version, and what is running goes on with the old one. With a wrong one the program does not start.
 */
@Component
class Diagrams implements SmartInitializingSingleton {

    private static final Pattern TOPIC = Pattern.compile("(?m)^topic: *(\\w+)");
    private static final Pattern TOLD = Pattern.compile("findings\\.tell\\(\"([^\"]+)\"");
    private static final Pattern SIGNAL = Pattern.compile("findings\\.signal\\(\"([^\"]+)\"");

    private static final Logger log = LoggerFactory.getLogger(Diagrams.class);

    private final RepositoryService repository;
    private final String folder;
    private final String rules;
    private final String messages;
    private final ObjectMapper json;
    private final ResourcePatternResolver files = new PathMatchingResourcePatternResolver();

    /**
     * @param folder where the files are; blank for those in the jar
     * @param rules where the rules are, whose tables and words diagrams name; blank for those in the jar
     * @param messages where the templates are that they name
     */
    Diagrams(
            RepositoryService repository,
            ObjectMapper json,
            @Value("${wayfarer.processes.dir}") String folder,
            @Value("${wayfarer.rules.dir}") String rules,
            @Value("${wayfarer.messages}") String messages) {
        this.repository = repository;
        this.json = json;
        this.folder = folder.isBlank() ? "classpath:processes" : "file:" + folder;
        this.rules = rules.isBlank() ? "classpath:rules" : "file:" + rules;
        this.messages = messages;
    }

    @Override
    public void afterSingletonsInstantiated() {
        try {
            var diagrams = files.getResources(folder + "/*.bpmn");
            var problems = problems(diagrams);
            if (!problems.isEmpty()) {
                throw new IllegalStateException(String.join("; ", problems));
            }
            for (var diagram : diagrams) {
                deploy(name(diagram));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the diagrams in " + folder + " cannot be read", e);
        }
    }

    private List<String> problems(Resource[] diagrams) throws IOException {
        var names = names();
        var problems = new ArrayList<String>();
        for (var diagram : diagrams) {
            problems.addAll(DiagramCheck.problems(diagram.getFilename(), diagram.getContentAsByteArray(), names));
        }
        return problems;
    }

    /** What a diagram can name, as the files that are there say. */
    DiagramCheck.Names names() throws IOException {
        var topics = new HashMap<String, String>();
        for (var template : files.getResources(messages)) {
            var topic = TOPIC.matcher(text(template));
            // the frame has none, and is no message
            if (topic.find()) {
                topics.put(name(template), topic.group(1));
            }
        }
        var tables = new HashSet<String>();
        for (var table : files.getResources(rules + "/*.dmn")) {
            tables.add(name(table));
        }
        var told = new HashSet<String>();
        var signals = new HashSet<String>();
        for (var rule : files.getResources(rules + "/*.drl")) {
            TOLD.matcher(text(rule)).results().forEach(found -> told.add(found.group(1)));
            SIGNAL.matcher(text(rule)).results().forEach(found -> signals.add(found.group(1)));
        }
        var outcomes = new HashMap<String, List<String>>();
        for (var form : files.getResources(folder + "/*.form")) {
            for (var field : json.readTree(text(form)).path("components")) {
                if (field.path("key").asText().equals(ReportOutcome.OUTCOME)) {
                    outcomes.put(name(form), field.path("values").findValuesAsText("value"));
                }
            }
        }
        return new DiagramCheck.Names(topics, tables, told, signals, outcomes);
    }

    private static String text(Resource file) throws IOException {
        return file.getContentAsString(StandardCharsets.UTF_8);
    }

    /** Without language and kind. */
    private static String name(Resource file) {
        return file.getFilename().split("\\.", 2)[0];
    }

    private void deploy(String name) throws IOException {
        var deployment = repository.createDeployment().name(name).enableDuplicateFiltering(false);
        for (var file : List.of(name + ".bpmn", name + ".form")) {
            var resource = files.getResource(folder + "/" + file);
            if (resource.exists()) {
                try (var content = resource.getInputStream()) {
                    deployment.addInputStream(file, content);
                }
            }
        }
        var deployed = deployment.deployWithResult().getDeployedProcessDefinitions();
        if (deployed != null) {
            deployed.forEach(process -> log.info("{} is at version {}", process.getKey(), process.getVersion()));
        }
    }
}
