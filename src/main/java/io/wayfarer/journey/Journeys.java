package io.wayfarer.journey;

import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Move;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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
     */
    public record Journey(String id, String process, String name, Instant since, List<String> at, Instant ended) {}

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

    private final RuntimeService runtime;
    private final RepositoryService repository;
    private final HistoryService history;
    private final CommandExecutor commands;
    private final JdbcTemplate jdbc;
    private final Customers customers;

    Journeys(
            RuntimeService runtime,
            RepositoryService repository,
            HistoryService history,
            CommandExecutor commands,
            JdbcTemplate jdbc,
            Customers customers) {
        this.runtime = runtime;
        this.repository = repository;
        this.history = history;
        this.commands = commands;
        this.jdbc = jdbc;
        this.customers = customers;
    }

    /**
     * Starts and correlates processes for the batch's decisions, in their order and in the caller's transaction. A customer
     * is in a process at most once at a time: a second start changes nothing.
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
        inEngine(() -> follow(decisions));
    }

    /**
     * Running journeys go with their customers, who were merged or parted again, in the caller's transaction. Of two in one
     * process the older goes on and the other ends.
     *
     * @throws org.springframework.dao.TransientDataAccessException as {@link #follow}
     */
    public void move(List<Move> moves) {
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

    private void follow(List<Decision> decisions) {
        var running = running(decisions.stream()
                .map(decision -> decision.customer().toString())
                .collect(Collectors.toSet()));
        var starts = new ArrayList<Decision>();
        for (var decision : decisions) {
            var customer = decision.customer().toString();
            var journeys = running.computeIfAbsent(customer, id -> new HashSet<>());
            if (decision.verb().equals("start")) {
                if (journeys.add(decision.object())) {
                    starts.add(decision);
                }
            } else if (!journeys.isEmpty()) {
                start(starts);
                starts.clear();
                tell(decision);
                running.put(customer, running(Set.of(customer)).getOrDefault(customer, new HashSet<>()));
            }
        }
        start(starts);
    }

    /** The keys of the processes that each of the customers is in. */
    private Map<String, Set<String>> running(Collection<String> customers) {
        var running = new HashMap<String, Set<String>>();
        unfinished(customers)
                .forEach(instance -> running.computeIfAbsent(instance.getBusinessKey(), id -> new HashSet<>())
                        .add(instance.getProcessDefinitionKey()));
        return running;
    }

    private List<HistoricProcessInstance> unfinished(Collection<String> customers) {
        return history.createHistoricProcessInstanceQuery()
                .processInstanceBusinessKeyIn(customers.toArray(String[]::new))
                .unfinished()
                .list();
    }

    /** All within one command of the engine: it writes once, in JDBC batches. */
    private void start(List<Decision> decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        var definitions = repository.createProcessDefinitionQuery().latestVersion().list().stream()
                .collect(Collectors.toMap(ProcessDefinition::getKey, ProcessDefinition::getId));
        commands.execute(context -> {
            for (var decision : decisions) {
                var definition = definitions.get(decision.object());
                if (definition == null) {
                    throw new IllegalStateException("there is no process '" + decision.object() + "'");
                }
                runtime.startProcessInstanceById(definition, decision.customer().toString(), Variables.of(decision));
            }
            return null;
        });
    }

    /** By instance: a message must never start a process, only a decision does. */
    private void tell(Decision decision) {
        for (var instance : unfinished(List.of(decision.customer().toString()))) {
            runtime.createMessageCorrelation(decision.object())
                    .processInstanceId(instance.getId())
                    .correlateAll();
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
                        instant(instance.getEndTime())))
                .toList();
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
