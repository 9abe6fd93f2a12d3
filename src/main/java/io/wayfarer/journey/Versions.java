package io.wayfarer.journey;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.journey.Standings.Standing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.migration.MigrationInstruction;
import org.camunda.bpm.engine.migration.MigrationPlan;
import org.camunda.bpm.engine.migration.MigrationPlanValidationException;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.EventBasedGateway;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.IntermediateCatchEvent;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.TimerEventDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.springframework.stereotype.Component;

/**
 * How running journeys get from one version of their diagram to another: what is planned, who is where, and the plan itself.
 * See docs/decisions/0032-versions-in-flight.md.
 */
@Component
public class Versions {

    /**
     * What becomes of those who stand on one step.
     *
     * @param to the step of the other version where they go on; null when there is none
     * @param people who stand there now
     * @param says in words
     */
    @Schema(name = "MigrationStep")
    public record Way(String step, String name, String to, String toName, long people, String says) {}

    /** Somebody who cannot be moved, and where they stand. */
    @Schema(name = "MigrationStuck")
    public record Stuck(UUID customer, String step, String name) {}

    /**
     * What a migration would do.
     *
     * @param plan what the migration is called by when it is carried out; another plan has another
     * @param problems what makes the plan impossible, in words; empty when nothing does
     * @param people who would be moved
     * @param staying who cannot be moved and would stay in their version
     * @param stuck some of them by name
     */
    @Schema(name = "MigrationPreview")
    public record Preview(
            String plan,
            String process,
            int from,
            int to,
            List<Way> steps,
            List<String> problems,
            long people,
            long staying,
            List<Stuck> stuck) {}

    /** What cannot be used of what was asked; {@code field} names it. */
    public static final class Unusable extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final String field;

        Unusable(String field, String why) {
            super(field + " " + why);
            this.field = field;
        }

        public String field() {
            return field;
        }
    }

    /**
     * A plan that the engine has found valid, and what it does not do by itself.
     *
     * @param waits by how much the due dates of timers change, by the id of the timer before and after
     */
    record Planned(MigrationPlan plan, List<String> problems, Map<String, Duration> waits) {}

    private final RepositoryService repository;
    private final RuntimeService runtime;
    private final ManagementService management;
    private final Standings standings;

    Versions(RepositoryService repository, RuntimeService runtime, ManagementService management, Standings standings) {
        this.repository = repository;
        this.runtime = runtime;
        this.management = management;
        this.standings = standings;
    }

    /** The definition of a version; empty when there is no such version. */
    Optional<ProcessDefinition> definition(String process, int version) {
        return Optional.ofNullable(repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(process)
                .processDefinitionVersion(version)
                .singleResult());
    }

    /**
     * What would become of whom.
     *
     * @param steps which step of one version is which of the other, beside those that have the same id
     * @param shown as many people who cannot be moved are named
     * @throws Unusable when there is no such version or step
     */
    public Preview preview(String process, int from, int to, Map<String, String> steps, int shown) {
        var source = version(process, from, "from");
        var target = version(process, to, "to");
        if (from == to) {
            throw new Unusable("to", "must be another version than " + from);
        }
        var planned = plan(source, target, steps);
        var before = repository.getBpmnModelInstance(source.getId());
        var after = repository.getBpmnModelInstance(target.getId());
        var goes = new HashMap<String, String>();
        planned.plan().getInstructions().forEach(one -> goes.put(one.getSourceActivityId(), one.getTargetActivityId()));
        var standing = standings.of(List.of(source.getId())).getOrDefault(source.getId(), Map.of());
        var ways = new ArrayList<Way>();
        var blocked = new TreeSet<String>();
        long people = 0;
        long staying = 0;
        for (var node : Operations.nodes(before)) {
            var here = standing.getOrDefault(node.getId(), Standing.NOBODY).people();
            if (here == 0 && !canStand(node)) {
                continue;
            }
            var there = goes.get(node.getId());
            if (there == null && here > 0) {
                blocked.add(node.getId());
            }
            people += there == null ? 0 : here;
            staying += there == null ? here : 0;
            var other = there == null ? null : (FlowNode) after.getModelElementById(there);
            ways.add(new Way(
                    node.getId(),
                    Operations.name(node),
                    there,
                    other == null ? null : Operations.name(other),
                    here,
                    says(node, other, to, goes, after)));
        }
        var stuck = blocked.isEmpty()
                ? List.<Stuck>of()
                : standings.customers(source.getId(), blocked, shown).stream()
                        .map(one -> new Stuck(one.customer(), one.element(), Operations.name((FlowNode)
                                before.getModelElementById(one.element()))))
                        .toList();
        return new Preview(
                name(planned.plan(), blocked), process, from, to, ways, planned.problems(), people, staying, stuck);
    }

    private ProcessDefinition version(String process, int version, String field) {
        return definition(process, version)
                .orElseThrow(() -> new Unusable(field, "must be a version of " + process + ", not " + version));
    }

    /** Nobody stands on what is done in one go with what is before it. */
    private static boolean canStand(FlowNode node) {
        return node instanceof UserTask
                || node instanceof EventBasedGateway
                || node instanceof ServiceTask step && step.isCamundaAsyncBefore()
                || node instanceof IntermediateCatchEvent event && !isBehindGateway(event);
    }

    private static boolean isBehindGateway(FlowNode event) {
        return event.getPreviousNodes().list().stream().anyMatch(EventBasedGateway.class::isInstance);
    }

    private static String says(
            FlowNode node, FlowNode other, int version, Map<String, String> goes, BpmnModelInstance after) {
        if (other == null) {
            return "version " + version + " has no such step: who stands here stays in their version";
        }
        var said = new StringBuilder(
                node.getId().equals(other.getId()) ? "goes on in the same step" : "goes to another step");
        for (var timer : timers(node)) {
            var there = goes.get(timer.getId());
            if (there == null) {
                said.append("; its timer is not in the other version and ends");
                continue;
            }
            var wait = wait(timer);
            var waitThere = wait((FlowNode) after.getModelElementById(there));
            said.append(
                    change(wait, waitThere).isPresent()
                            ? "; its wait was " + wait + " and is " + waitThere
                                    + ", counted from when it began: a time that has passed by then is due at once"
                            : "; its timer keeps its due date");
        }
        return said.toString();
    }

    /** Of a step where people wait: it is a timer itself, or has them at its border or behind it. */
    private static List<FlowNode> timers(FlowNode step) {
        var around = step instanceof EventBasedGateway
                ? step.getSucceedingNodes().list().stream()
                : step.getModelInstance().getModelElementsByType(BoundaryEvent.class).stream()
                        .filter(event -> event.getAttachedTo().equals(step))
                        .map(FlowNode.class::cast);
        return Stream.concat(Stream.of(step), around)
                .filter(node -> wait(node) != null)
                .toList();
    }

    /** How long a timer waits, as its diagram says; null when the element is no timer. */
    private static String wait(FlowNode node) {
        return node.getChildElementsByType(TimerEventDefinition.class).stream()
                .map(timer -> timer.getTimeDuration() == null ? timer.getTimeDate() : timer.getTimeDuration())
                .map(time -> time.getTextContent().strip())
                .findFirst()
                .orElse(null);
    }

    /** How much longer a wait has become; empty when it is as long as before, or one of the two is until a time. */
    private static Optional<Duration> change(String before, String after) {
        try {
            var change = Duration.parse(String.valueOf(after)).minus(Duration.parse(String.valueOf(before)));
            return Optional.of(change).filter(longer -> !longer.isZero());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * The plan: steps with the same id and kind are the same, and beside them those that are named. Timers keep their due date,
     * unless the wait has changed.
     */
    Planned plan(ProcessDefinition source, ProcessDefinition target, Map<String, String> steps) {
        var before = repository.getBpmnModelInstance(source.getId());
        var after = repository.getBpmnModelInstance(target.getId());
        var goes = new LinkedHashMap<String, String>();
        runtime
                .createMigrationPlan(source.getId(), target.getId())
                .mapEqualActivities()
                .build()
                .getInstructions()
                .stream()
                .sorted(Comparator.comparing(MigrationInstruction::getSourceActivityId))
                .forEach(one -> goes.put(one.getSourceActivityId(), one.getTargetActivityId()));
        new TreeMap<>(steps).forEach((from, to) -> {
            if (!(before.getModelElementById(from) instanceof FlowNode old)) {
                throw new Unusable("steps", "must name steps: version " + source.getVersion() + " has no " + from);
            }
            if (!(after.getModelElementById(to) instanceof FlowNode other)) {
                throw new Unusable("steps", "must name steps: version " + target.getVersion() + " has no " + to);
            }
            goes.put(from, to);
            // the only timer of the one is the only timer of the other
            var timers = timers(old).stream().filter(node -> node != old).toList();
            var others = timers(other).stream().filter(node -> node != other).toList();
            if (timers.size() == 1 && others.size() == 1) {
                goes.put(timers.get(0).getId(), others.get(0).getId());
            }
        });
        var builder = runtime.createMigrationPlan(source.getId(), target.getId())
                .setVariables(Map.of(Variables.MIGRATED_FROM, String.valueOf(source.getVersion())));
        for (var one : goes.entrySet()) {
            builder = builder.mapActivities(one.getKey(), one.getValue());
        }
        var waits = new HashMap<String, Duration>();
        goes.forEach((from, to) -> change(wait((FlowNode) before.getModelElementById(from)), wait((FlowNode)
                        after.getModelElementById(to)))
                .ifPresent(longer -> waits.put(from, longer)));
        try {
            return new Planned(builder.build(), List.of(), waits);
        } catch (MigrationPlanValidationException e) {
            var problems = e.getValidationReport().getInstructionReports().stream()
                    .map(report -> report.getMigrationInstruction().getSourceActivityId() + " to "
                            + report.getMigrationInstruction().getTargetActivityId() + ": "
                            + String.join(" ", report.getFailures()))
                    .toList();
            return new Planned(e.getValidationReport().getMigrationPlan(), problems, waits);
        }
    }

    /** Says what was previewed: which versions, which way, and from where there is none. */
    private static String name(MigrationPlan plan, Collection<String> blocked) {
        var text = new StringBuilder(plan.getSourceProcessDefinitionId() + "\n" + plan.getTargetProcessDefinitionId());
        plan.getInstructions().stream()
                .map(one -> one.getSourceActivityId() + ">" + one.getTargetActivityId())
                .sorted()
                .forEach(one -> text.append('\n').append(one));
        blocked.forEach(one -> text.append("\n!").append(one));
        try {
            var hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Moves these journeys, in the caller's transaction. */
    void move(Planned planned, List<String> instances) {
        var steps = new HashMap<String, String>();
        management
                .createJobDefinitionQuery()
                .processDefinitionId(planned.plan().getSourceProcessDefinitionId())
                .list()
                .forEach(definition -> steps.put(definition.getId(), definition.getActivityId()));
        var timers = planned.waits().isEmpty()
                ? List.<Job>of()
                : management
                        .createJobQuery()
                        .processInstanceIds(new TreeSet<>(instances))
                        .timers()
                        .list();
        runtime.newMigration(planned.plan()).processInstanceIds(instances).execute();
        for (var timer : timers) {
            var longer = planned.waits().get(steps.get(timer.getJobDefinitionId()));
            if (longer != null) {
                management.setJobDuedate(
                        timer.getId(), Date.from(timer.getDuedate().toInstant().plus(longer)));
            }
        }
    }

    /** Steps where people stand that a diagram has no more, with how many they are. */
    Map<String, Long> missing(ProcessDefinition newest) {
        var diagram = repository.getBpmnModelInstance(newest.getId());
        var others = repository.createProcessDefinitionQuery().processDefinitionKey(newest.getKey()).list().stream()
                .map(ProcessDefinition::getId)
                .toList();
        var missing = new TreeMap<String, Long>();
        standings
                .of(others)
                .values()
                .forEach(steps -> steps.forEach((step, here) -> {
                    if (here.people() > 0 && diagram.getModelElementById(step) == null) {
                        missing.merge(step, here.people(), Long::sum);
                    }
                }));
        return missing;
    }
}
