package io.wayfarer.journey;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.act.Outbox;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import io.wayfarer.decide.Releases;
import io.wayfarer.journey.JourneyStates.Kind;
import io.wayfarer.journey.JourneyStates.State;
import io.wayfarer.journey.Standings.Running;
import io.wayfarer.journey.Standings.Standing;
import io.wayfarer.profile.Customers;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import io.wayfarer.time.TimeOrderedId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.EventBasedGateway;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * What people do to journeys as a whole, and to the journeys of one customer: look where everybody stands, pause and resume,
 * close and open the entrance, stop.
 *
 * <p>A pause suspends the jobs of a process and what new jobs are made by, not its instances: what ends a journey, such as a
 * purchase, still does, and what it is told still reaches it. See docs/decisions/0031-operations.md.
 */
@Component
public class Operations implements DisposableBean {

    /** Who said so, when by the product's clock, and why. */
    public record Held(String who, Instant at, String reason) {}

    /**
     * A process in short.
     *
     * @param version the newest one, which newcomers enter
     * @param versions how many there are
     * @param running customers in it, in all versions
     * @param failures of them, those who are stuck at a failure
     * @param paused null unless nobody moves on in it
     * @param drained null unless newcomers are refused
     */
    @Schema(name = "JourneyOverview")
    public record Overview(
            String process,
            String name,
            int version,
            int versions,
            long running,
            long failures,
            Held paused,
            Held drained) {}

    /**
     * Where people stand in one version, in the order of the diagram; steps where nobody stands are left out.
     *
     * @param live true for the one that newcomers enter
     */
    @Schema(name = "JourneyVersion")
    public record VersionView(int version, String tag, boolean live, long running, List<StepView> steps) {}

    /**
     * One step where people stand.
     *
     * @param since of the one that has stood there longest
     * @param due of the next timer; null when none is to fire
     * @param failures of the people, those who are stuck
     */
    @Schema(name = "JourneyStep")
    public record StepView(String step, String name, long people, Instant since, Instant due, long failures) {}

    /** A process, and where people stand in each of its versions, the newest first. */
    @Schema(name = "JourneyView")
    public record View(Overview overview, List<VersionView> versions) {}

    /** How often it is looked whether a pause holds for everything, in real time: see {@link #hold}. */
    private static final Duration EVERY = Duration.ofSeconds(5);

    /** As a decision keeps it. */
    private static final int MAX_REASON = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Operations.class);

    private final RepositoryService repository;
    private final RuntimeService runtime;
    private final ManagementService management;
    private final Journeys journeys;
    private final JourneyStates states;
    private final Standings standings;
    private final Customers customers;
    private final Decisions decisions;
    private final Releases releases;
    private final Outbox outbox;
    private final TransactionOperations transactions;
    private final ProductClock clock;
    private final BackgroundWork work;

    Operations(
            RepositoryService repository,
            RuntimeService runtime,
            ManagementService management,
            Journeys journeys,
            JourneyStates states,
            Standings standings,
            Customers customers,
            Decisions decisions,
            Releases releases,
            Outbox outbox,
            TransactionOperations transactions,
            ProductClock clock) {
        this.repository = repository;
        this.runtime = runtime;
        this.management = management;
        this.journeys = journeys;
        this.states = states;
        this.standings = standings;
        this.customers = customers;
        this.decisions = decisions;
        this.releases = releases;
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
        this.work = new BackgroundWork("journey-operations", clock);
    }

    /** All processes, by key. */
    public List<Overview> list() {
        var running = standings.running();
        var failures = standings.failures();
        var all = states.all();
        return repository.createProcessDefinitionQuery().list().stream()
                .collect(Collectors.groupingBy(ProcessDefinition::getKey, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(versions -> overview(versions, running, failures, all))
                .toList();
    }

    private static Overview overview(
            List<ProcessDefinition> versions,
            Map<String, Long> running,
            Map<String, Long> failures,
            Map<String, State> states) {
        var newest = newest(versions);
        var state = states.getOrDefault(newest.getKey(), State.USUAL);
        return new Overview(
                newest.getKey(),
                newest.getName(),
                newest.getVersion(),
                versions.size(),
                sum(versions, running),
                sum(versions, failures),
                state.paused(),
                state.drained());
    }

    private static long sum(List<ProcessDefinition> versions, Map<String, Long> counts) {
        return versions.stream()
                .mapToLong(version -> counts.getOrDefault(version.getId(), 0L))
                .sum();
    }

    private static ProcessDefinition newest(List<ProcessDefinition> versions) {
        return versions.stream()
                .max(Comparator.comparingInt(ProcessDefinition::getVersion))
                .orElseThrow();
    }

    /** Where people stand in a process; empty when there is no such process. */
    public Optional<View> show(String process) {
        var versions = versions(process);
        if (versions.isEmpty()) {
            return Optional.empty();
        }
        var running = standings.running();
        var newest = newest(versions).getId();
        // versions in which nobody is are not read
        var standing = standings.of(versions.stream()
                .map(ProcessDefinition::getId)
                .filter(running::containsKey)
                .toList());
        return Optional.of(new View(
                overview(versions, running, standings.failures(), states.all()),
                versions.stream()
                        .sorted(Comparator.comparingInt(ProcessDefinition::getVersion)
                                .reversed())
                        .map(version -> new VersionView(
                                version.getVersion(),
                                version.getVersionTag(),
                                version.getId().equals(newest),
                                running.getOrDefault(version.getId(), 0L),
                                standing.containsKey(version.getId())
                                        ? steps(version.getId(), standing.get(version.getId()))
                                        : List.of()))
                        .toList()));
    }

    List<ProcessDefinition> versions(String process) {
        return repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(process)
                .list();
    }

    /** Timers at the border of a step, or behind a gateway, belong to the step where people stand meanwhile. */
    private List<StepView> steps(String definition, Map<String, Standing> standing) {
        var diagram = repository.getBpmnModelInstance(definition);
        var steps = new HashMap<String, Standing>();
        standing.forEach((element, here) -> steps.merge(place(diagram, element), here, Standing::plus));
        return nodes(diagram).stream()
                .filter(node ->
                        steps.getOrDefault(node.getId(), Standing.NOBODY).people() > 0)
                .map(node -> {
                    var here = steps.get(node.getId());
                    return new StepView(
                            node.getId(), name(node), here.people(), here.since(), here.due(), here.failures());
                })
                .toList();
    }

    /** All of a diagram, in the order in which its file has them. */
    static List<FlowNode> nodes(BpmnModelInstance diagram) {
        return diagram.getModelElementsByType(Process.class).stream()
                .flatMap(process -> process.getFlowElements().stream())
                .filter(FlowNode.class::isInstance)
                .map(FlowNode.class::cast)
                .toList();
    }

    private static String place(BpmnModelInstance diagram, String element) {
        var node = diagram.getModelElementById(element);
        if (node instanceof BoundaryEvent border) {
            return border.getAttachedTo().getId();
        }
        if (node instanceof FlowNode event && event.getIncoming().size() == 1) {
            var before = event.getIncoming().iterator().next().getSource();
            return before instanceof EventBasedGateway ? before.getId() : element;
        }
        return element;
    }

    /** Of an element, for people. */
    static String name(FlowElement element) {
        return element.getName() == null || element.getName().isBlank() ? element.getId() : element.getName();
    }

    /**
     * Nobody enters the process, and nobody in it moves on by time or sends anything, until it is resumed.
     *
     * @return false when it is paused already
     */
    public boolean pause(String process, String who, String reason) {
        states.know(process);
        return transactions.execute(status -> {
            if (states.lock(process).paused() != null) {
                return false;
            }
            states.set(process, Kind.paused, new Held(who, clock.instant(), reason));
            journeys.inEngine(() -> suspend(process));
            return true;
        });
    }

    /** What came due during the pause goes on at once; false when the process is not paused. */
    public boolean resume(String process) {
        return transactions.execute(status -> {
            if (states.lock(process).paused() == null) {
                return false;
            }
            states.set(process, Kind.paused, null);
            journeys.inEngine(() -> management
                    .updateJobDefinitionSuspensionState()
                    .byProcessDefinitionKey(process)
                    .includeJobs(true)
                    .activate());
            return true;
        });
    }

    /** Nobody enters the process any more, and who is in it goes on; false when that is so already. */
    public boolean drain(String process, String who, String reason) {
        states.know(process);
        return transactions.execute(status -> {
            if (states.lock(process).drained() != null) {
                return false;
            }
            states.set(process, Kind.drained, new Held(who, clock.instant(), reason));
            return true;
        });
    }

    /** Lets people enter again; false when they may already. */
    public boolean open(String process) {
        return transactions.execute(status -> {
            if (states.lock(process).drained() == null) {
                return false;
            }
            states.set(process, Kind.drained, null);
            return true;
        });
    }

    /**
     * Deploys what may be a new version of the process: when the process is paused, so is the version, from its first moment on.
     *
     * @param deployment gives what it deployed, or null
     */
    <T> T deploy(String process, Supplier<T> deployment) {
        // by itself, before the transaction: of two nodes one is refused
        states.know(process);
        return transactions.execute(status -> {
            var state = states.lock(process);
            var deployed = deployment.get();
            if (deployed != null && state.paused() != null) {
                suspend(process);
            }
            return deployed;
        });
    }

    private void suspend(String process) {
        management
                .updateJobDefinitionSuspensionState()
                .byProcessDefinitionKey(process)
                .includeJobs(true)
                .suspend();
    }

    /**
     * Sees to it that a pause holds for what came to be beside it: a batch or a step that had begun before the pause, a version
     * that another node deployed.
     */
    void hold() {
        for (var process : states.paused()) {
            try {
                if (management
                                        .createJobQuery()
                                        .processDefinitionKey(process)
                                        .active()
                                        .count()
                                > 0
                        || management
                                        .createJobDefinitionQuery()
                                        .processDefinitionKey(process)
                                        .active()
                                        .count()
                                > 0) {
                    suspend(process);
                }
            } catch (ProcessEngineException | DataAccessException e) {
                log.info("{} could not be held: {}", process, e.toString());
            }
        }
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        hold();
        work.beside(EVERY, () -> {
            try {
                hold();
            } catch (RuntimeException e) {
                // the next look may find the database again
                log.warn("Whether pauses hold could not be looked at: {}", e.toString());
            }
        });
    }

    @Override
    public void destroy() throws InterruptedException {
        work.close();
    }

    /**
     * Ends a customer's running journeys, drops what they had queued, and keeps a decision that says so for each.
     *
     * @param process only the one through this process; all when it is null
     * @return keys of the processes that were stopped
     */
    public List<String> stop(UUID customer, String process, String who, String reason) {
        return transactions.execute(status -> {
            // the customer first, as the spine does
            customers.lock(customer);
            var query = runtime.createProcessInstanceQuery().processInstanceBusinessKey(customer.toString());
            if (process != null) {
                query.processDefinitionKey(process);
            }
            var running = query.list().stream()
                    .map(instance -> new Running(
                            instance.getId(), instance.getProcessDefinitionId().split(":", 2)[0], customer))
                    .toList();
            end(running, "stopped", who, reason);
            return running.stream().map(Running::process).sorted().toList();
        });
    }

    /**
     * Ends journeys in the caller's transaction, drops what they had queued, and keeps a decision for each.
     *
     * @param how such as {@code stopped}
     */
    void end(Collection<Running> running, String how, String who, String reason) {
        if (running.isEmpty()) {
            return;
        }
        var said = how + " by " + who + ": " + reason;
        var why = said.length() > MAX_REASON ? said.substring(0, MAX_REASON) : said;
        journeys.inEngine(() -> running.forEach(
                one -> runtime.deleteProcessInstanceIfExists(one.instance(), why, false, true, false, false)));
        // what somebody started in the engine by hand may be nobody's
        var known = running.stream().filter(one -> one.customer() != null).toList();
        outbox.drop(
                known.stream().map(Running::customer).collect(Collectors.toSet()),
                known.stream().map(Running::instance).collect(Collectors.toSet()),
                "the journey was " + why);
        var now = clock.instant();
        var release = releases.live().id();
        var kept = new ArrayList<Decision>();
        for (var one : known) {
            kept.add(new Decision(
                    TimeOrderedId.at(now),
                    one.customer(),
                    null,
                    now,
                    "stop:" + one.process(),
                    "a person: " + who,
                    why,
                    release,
                    Map.of(),
                    Map.of("process", one.process(), "instance", one.instance(), "who", who)));
        }
        decisions.keep(kept);
    }
}
