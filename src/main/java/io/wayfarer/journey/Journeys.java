package io.wayfarer.journey;

import io.micrometer.core.instrument.MeterRegistry;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Move;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Carries out what was decided for journeys, and tells where a customer's journeys stand. */
@Component
public class Journeys {

    /**
     * A customer's way through one process.
     *
     * @param process key of the process
     * @param name of the process, for people
     * @param at names of the steps where it stands; empty when it has ended
     * @param ended null while it runs
     * @param outcome name of the step where it ended, or what ended it, such as {@code goal: purchased}; null while it runs
     */
    public record Journey(
            String id, String process, String name, Instant since, List<String> at, Instant ended, String outcome) {}

    /**
     * Something a person is to do for a customer, or did.
     *
     * @param process key of the process
     * @param assignee who took it, or null
     * @param ended null while it is open
     */
    public record Task(
            String id, String process, String name, String assignee, Instant since, Instant due, Instant ended) {}

    /** As many journeys and tasks of a customer as are told at most. */
    private static final int SHOWN = 100;

    /** Why a journey ends when its customer turns out to be somebody who is in the same process. */
    static final String ONE_PERSON = "merged: the same person's older journey goes on";

    private static final String MARKETING = "marketing";

    /** A journey that runs; both are null until the engine has been told to start it. */
    private record Running(String instance, String definition) {}

    private static final Running TO_START = new Running(null, null);

    private final RuntimeService runtime;
    private final RepositoryService repository;
    private final HistoryService history;
    private final CommandExecutor commands;
    private final JdbcTemplate jdbc;
    private final Customers customers;
    private final Entries entries;
    private final MeterRegistry meters;
    /** By the definition's id: what is deployed does not change. */
    private final Map<String, Policy> policies = new ConcurrentHashMap<>();

    Journeys(
            RuntimeService runtime,
            RepositoryService repository,
            HistoryService history,
            CommandExecutor commands,
            JdbcTemplate jdbc,
            Customers customers,
            Entries entries,
            MeterRegistry meters) {
        this.runtime = runtime;
        this.repository = repository;
        this.history = history;
        this.commands = commands;
        this.jdbc = jdbc;
        this.customers = customers;
        this.entries = entries;
        this.meters = meters;
    }

    /**
     * Starts, ends and correlates processes for the batch's decisions, in their order and in the caller's transaction. A
     * customer is in a process at most once at a time: a second start changes nothing, nor does one that the process's
     * {@link Policy} does not admit. What ends a process by its policy ends it wherever it stands.
     *
     * @throws org.springframework.dao.TransientDataAccessException when the engine was working on one of the journeys at
     *     the same moment: the batch is to be tried again
     */
    public void follow(Decided decided) {
        move(decided.moves());
        var decisions = decided.decisions().stream()
                .filter(decision ->
                        decision.verb().equals("start") || decision.verb().equals("tell"))
                .toList();
        if (decisions.isEmpty()) {
            return;
        }
        inEngine(() -> follow(decisions, decided.after()));
    }

    /**
     * Running journeys go with their customers, who were merged or parted again, in the caller's transaction. Of two in one
     * process the older goes on and the other ends.
     *
     * @throws org.springframework.dao.TransientDataAccessException as {@link #follow}
     */
    public void move(List<Move> moves) {
        entries.move(moves);
        var from = moves.stream().map(move -> move.from().toString()).collect(Collectors.toSet());
        if (!from.isEmpty() && !unfinished(from).isEmpty()) {
            inEngine(() -> moves.forEach(this::move));
        }
    }

    private void move(Move move) {
        var to = move.to().toString();
        var own = unfinished(List.of(to)).stream()
                .collect(Collectors.toMap(HistoricProcessInstance::getProcessDefinitionKey, i -> i, (a, b) -> a));
        for (var instance : unfinished(List.of(move.from().toString()))) {
            var knownAs = runtime.getVariable(instance.getId(), Variables.KNOWN_AS);
            if (!move.merges() && (knownAs == null || !move.knownAs().contains(UUID.fromString((String) knownAs)))) {
                continue;
            }
            var other = own.get(instance.getProcessDefinitionKey());
            if (other != null && !other.getStartTime().after(instance.getStartTime())) {
                runtime.deleteProcessInstance(instance.getId(), ONE_PERSON);
                continue;
            }
            if (other != null) {
                runtime.deleteProcessInstance(other.getId(), ONE_PERSON);
            }
            var were = knownAs == null ? move.from().toString() : knownAs.equals(to) ? null : knownAs;
            commands.execute(context -> {
                context.getExecutionManager()
                        .findExecutionById(instance.getId())
                        .setProcessBusinessKey(to);
                runtime.setVariable(instance.getId(), Variables.CUSTOMER, to);
                if (were == null) {
                    runtime.removeVariable(instance.getId(), Variables.KNOWN_AS);
                } else {
                    runtime.setVariable(instance.getId(), Variables.KNOWN_AS, were);
                }
                return null;
            });
        }
    }

    private void inEngine(Runnable work) {
        try {
            work.run();
        } catch (OptimisticLockingException e) {
            throw new OptimisticLockingFailureException("a journey went on at the same moment", e);
        } catch (ProcessEngineException e) {
            throw translated(e);
        }
    }

    private void follow(List<Decision> decisions, Map<UUID, Customer> after) {
        var running = running(customersOf(decisions));
        var entrance = entrance(decisions, after);
        var starts = new ArrayList<Decision>();
        var ends = new LinkedHashMap<String, String>();
        for (var decision : decisions) {
            var own = running.computeIfAbsent(decision.customer(), id -> new TreeMap<>());
            if (decision.verb().equals("start")) {
                if (!own.containsKey(decision.object()) && entrance.admits(decision)) {
                    own.put(decision.object(), TO_START);
                    starts.add(decision);
                }
            } else if (!own.isEmpty()) {
                if (own.containsValue(TO_START)) {
                    carryOut(ends, starts, entrance, running);
                }
                tell(decision, own, ends);
            }
        }
        carryOut(ends, starts, entrance, running);
        entries.keep(entrance.admitted);
    }

    private static Set<UUID> customersOf(List<Decision> decisions) {
        return decisions.stream().map(Decision::customer).collect(Collectors.toSet());
    }

    /** The journeys that each of the customers is in, by the key of the process. */
    private Map<UUID, Map<String, Running>> running(Collection<UUID> of) {
        var running = new HashMap<UUID, Map<String, Running>>();
        unfinished(of.stream().map(UUID::toString).toList()).forEach(instance -> running.computeIfAbsent(
                        UUID.fromString(instance.getBusinessKey()), id -> new TreeMap<>())
                .put(
                        instance.getProcessDefinitionKey(),
                        new Running(instance.getId(), instance.getProcessDefinitionId())));
        return running;
    }

    private Policy policy(String definition) {
        return policies.computeIfAbsent(definition, id -> Policy.of(repository.getBpmnModelInstance(id)));
    }

    private Entrance entrance(List<Decision> decisions, Map<UUID, Customer> after) {
        var starts = decisions.stream()
                .filter(decision -> decision.verb().equals("start"))
                .toList();
        if (starts.isEmpty()) {
            return new Entrance(Map.of(), new HashMap<>(), after);
        }
        var definitions = repository.createProcessDefinitionQuery().latestVersion().list().stream()
                .collect(Collectors.toMap(ProcessDefinition::getKey, ProcessDefinition::getId));
        for (var start : starts) {
            if (!definitions.containsKey(start.object())) {
                throw new IllegalStateException("there is no process '" + start.object() + "'");
            }
        }
        var remembering = starts.stream()
                .filter(start -> !Duration.ZERO.equals(
                        policy(definitions.get(start.object())).again()))
                .toList();
        return new Entrance(
                definitions,
                remembering.isEmpty() ? new HashMap<>() : entries.lockedOf(customersOf(remembering)),
                after);
    }

    /** Who may enter which process in a batch. */
    private final class Entrance {

        private final Map<String, String> definitions;
        private final Map<UUID, Map<String, Instant>> last;
        private final Map<UUID, Customer> after;
        private final List<Decision> admitted = new ArrayList<>();

        Entrance(Map<String, String> definitions, Map<UUID, Map<String, Instant>> last, Map<UUID, Customer> after) {
            this.definitions = definitions;
            this.last = last;
            this.after = after;
        }

        boolean admits(Decision start) {
            var refusal = refusal(start);
            if (refusal != null) {
                meters.counter("wayfarer.journeys.refused", "process", start.object(), "why", refusal)
                        .increment();
                return false;
            }
            last.computeIfAbsent(start.customer(), id -> new HashMap<>()).put(start.object(), start.at());
            admitted.add(start);
            return true;
        }

        private String refusal(Decision start) {
            var policy = policy(definitions.get(start.object()));
            var customer = after.get(start.customer());
            if (policy.needsConsent() && customer != null && customer.refuses(MARKETING)) {
                return "consent";
            }
            var before = last.getOrDefault(start.customer(), Map.of()).get(start.object());
            if (before == null) {
                return null;
            }
            if (policy.again() == null) {
                return "once";
            }
            return before.plus(policy.again()).isAfter(start.at()) ? "too-soon" : null;
        }
    }

    private List<HistoricProcessInstance> unfinished(Collection<String> customers) {
        return history.createHistoricProcessInstanceQuery()
                .processInstanceBusinessKeyIn(customers.toArray(String[]::new))
                .unfinished()
                .list();
    }

    /**
     * Ends and starts journeys, all within one command of the engine: it writes once, in JDBC batches.
     *
     * @param ends why, by the id of the instance; emptied
     * @param starts emptied
     */
    private void carryOut(
            Map<String, String> ends,
            List<Decision> starts,
            Entrance entrance,
            Map<UUID, Map<String, Running>> running) {
        if (ends.isEmpty() && starts.isEmpty()) {
            return;
        }
        commands.execute(context -> {
            // some may have come to their own end since they were looked up
            ends.forEach(
                    (instance, why) -> runtime.deleteProcessInstanceIfExists(instance, why, false, true, false, false));
            for (var decision : starts) {
                var definition = entrance.definitions.get(decision.object());
                var started = runtime.startProcessInstanceById(
                        definition, decision.customer().toString(), Variables.of(decision));
                var own = running.get(decision.customer());
                if (started.isEnded()) {
                    own.remove(decision.object());
                } else {
                    own.put(decision.object(), new Running(started.getId(), definition));
                }
            }
            return null;
        });
        ends.clear();
        starts.clear();
    }

    /**
     * Tells the customer's journeys. By instance: a message must never start a process, only a decision does.
     *
     * @param ends takes those that are over with it
     */
    private void tell(Decision decision, Map<String, Running> own, Map<String, String> ends) {
        var word = decision.object();
        var correlated = false;
        for (var journey : List.copyOf(own.entrySet())) {
            var instance = journey.getValue().instance();
            var policy = policy(journey.getValue().definition());
            var end = policy.end(word);
            if (end != null) {
                ends.put(instance, end);
                own.remove(journey.getKey());
            } else if (policy.messages().contains(word)) {
                var message = runtime.createMessageCorrelation(word).processInstanceId(instance);
                if (decision.facts().containsKey("items")) {
                    message.setVariable(Variables.DECISION, decision.id().toString());
                }
                message.correlateAll();
                correlated = true;
            }
        }
        if (correlated) {
            // some may have come to their end
            var going = running(Set.of(decision.customer())).getOrDefault(decision.customer(), Map.of());
            own.keySet().retainAll(going.keySet());
        }
    }

    private RuntimeException translated(ProcessEngineException failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql) {
                var translated = jdbc.getExceptionTranslator().translate("journey", null, sql);
                return translated == null ? failure : translated;
            }
        }
        return failure;
    }

    /** The customer's journeys, running and ended, the newest first. */
    public List<Journey> of(UUID customer) {
        var instances = history.createHistoricProcessInstanceQuery()
                .processInstanceBusinessKeyIn(keys(customer))
                .orderByProcessInstanceStartTime()
                .desc()
                .listPage(0, SHOWN);
        return instances.stream()
                .map(instance -> new Journey(
                        instance.getId(),
                        instance.getProcessDefinitionKey(),
                        instance.getProcessDefinitionName(),
                        instant(instance.getStartTime()),
                        instance.getEndTime() == null ? standing(instance.getId()) : List.of(),
                        instant(instance.getEndTime()),
                        instance.getEndTime() == null ? null : outcome(instance)))
                .toList();
    }

    private String outcome(HistoricProcessInstance instance) {
        return instance.getDeleteReason() != null
                ? instance.getDeleteReason()
                : history
                        .createHistoricActivityInstanceQuery()
                        .processInstanceId(instance.getId())
                        .activityType("noneEndEvent")
                        .orderByHistoricActivityInstanceEndTime()
                        .desc()
                        .listPage(0, 1)
                        .stream()
                        .map(HistoricActivityInstance::getActivityName)
                        .findFirst()
                        .orElse(null);
    }

    private List<String> standing(String instance) {
        return history.createHistoricActivityInstanceQuery().processInstanceId(instance).unfinished().list().stream()
                .map(HistoricActivityInstance::getActivityName)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** What people are to do for the customer and did, the newest first. */
    public List<Task> tasks(UUID customer) {
        return history
                .createHistoricTaskInstanceQuery()
                .processInstanceBusinessKeyIn(keys(customer))
                .orderByHistoricActivityInstanceStartTime()
                .desc()
                .listPage(0, SHOWN)
                .stream()
                .map(task -> new Task(
                        task.getId(),
                        task.getProcessDefinitionKey(),
                        task.getName(),
                        task.getAssignee(),
                        instant(task.getStartTime()),
                        instant(task.getDueDate()),
                        instant(task.getEndTime())))
                .toList();
    }

    /** Journeys that had ended before a merge keep the key that they had. */
    private String[] keys(UUID customer) {
        return customers.idsOf(customer).stream().map(UUID::toString).toArray(String[]::new);
    }

    private static Instant instant(Date date) {
        return date == null ? null : date.toInstant();
    }
}
