package io.wayfarer.decide;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.drools.model.codegen.ExecutableModelProject;
import org.kie.api.KieServices;
import org.kie.api.builder.Message;
import org.kie.api.definition.rule.Rule;
import org.kie.api.runtime.KieContainer;
import org.kie.api.runtime.KieSessionsPool;

/** The DRL files of a rulebook, compiled to Drools' executable model; sessions come from a pool. */
final class PatternRules {

    private static final int SESSIONS = 4;
    private static final Pattern FILE = Pattern.compile("rules/([^/]+)/");

    private final KieContainer container;
    private final KieSessionsPool sessions;

    /**
     * @param id part of the name under which Drools keeps what it compiled
     * @param files text by file name; those that end in .drl are taken
     * @throws IllegalArgumentException naming the file and the line, when one does not compile
     */
    PatternRules(String id, Map<String, String> files) {
        var services = KieServices.get();
        var release = services.newReleaseId("io.wayfarer", "rules", id);
        var sources = services.newKieFileSystem().generateAndWritePomXML(release);
        files.forEach((name, text) -> {
            if (name.endsWith(".drl")) {
                var folder = name.substring(0, name.length() - ".drl".length());
                sources.write("src/main/resources/rules/" + folder + "/" + name, text);
            }
        });
        var loader = Thread.currentThread().getContextClassLoader();
        var results = services.newKieBuilder(sources, loader)
                .buildAll(ExecutableModelProject.class)
                .getResults();
        if (results.hasMessages(Message.Level.ERROR)) {
            throw new IllegalArgumentException(results.getMessages(Message.Level.ERROR).stream()
                    .map(PatternRules::problem)
                    .distinct()
                    .collect(Collectors.joining("; ")));
        }
        container = services.newKieContainer(release, loader);
        // what is compiled is held by the container; drafts come and go, and must not pile up in the repository
        services.getRepository().removeKieModule(release);
        sessions = container.newKieSessionsPool(SESSIONS);
    }

    Findings judge(Moment moment) {
        var findings = new Findings();
        fire("findings", findings, findings::speaks, moment);
        return findings;
    }

    /** @param question a {@link io.wayfarer.profile.Stated} or a {@link io.wayfarer.profile.Meeting} */
    IdentityFindings identify(Object question) {
        var says = new IdentityFindings();
        fire("says", says, says::speaks, question);
        return says;
    }

    SegmentFindings segment(Standing standing) {
        var member = new SegmentFindings();
        fire("member", member, member::speaks, standing);
        return member;
    }

    private void fire(String global, Object findings, Consumer<Rule> speaks, Object fact) {
        var session = sessions.newKieSession();
        try {
            session.setGlobal(global, findings);
            session.insert(fact);
            session.fireAllRules(match -> {
                speaks.accept(match.getRule());
                return true;
            });
        } finally {
            session.dispose();
        }
    }

    /** Every rule, as {@code file: rule name}. */
    Set<String> names() {
        return container.getKieBase().getKiePackages().stream()
                .flatMap(rules -> rules.getRules().stream())
                .map(PatternRules::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Messages come with the path of the file, or of a class that was generated from it in its package. */
    private static String problem(Message message) {
        var path = FILE.matcher(message.getPath());
        var file = path.find() ? path.group(1) + ".drl" : message.getPath();
        return file + ": " + message.getText().lines().findFirst().orElse("");
    }

    /** A DRL file's package is {@code rules.} and the file's name. */
    static String name(Rule rule) {
        var file = rule.getPackageName().substring(rule.getPackageName().lastIndexOf('.') + 1);
        return file + ".drl: " + rule.getName();
    }
}
