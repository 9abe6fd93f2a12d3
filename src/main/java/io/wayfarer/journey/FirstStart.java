package io.wayfarer.journey;

import static org.camunda.bpm.engine.authorization.Authorization.ANY;
import static org.camunda.bpm.engine.authorization.Authorization.AUTH_TYPE_GRANT;

import io.wayfarer.risk.Reviews;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.task.TaskQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Sees to it, before the first request can come in, that there is an administrator, the groups with what they may do,
 * and the Tasklist's filters. What is there already is left as people have changed it.
 */
@Component
public class FirstStart implements SmartInitializingSingleton {

    static final String ADMIN = "admin";

    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

    private final IdentityService identities;
    private final AuthorizationService authorizations;
    private final FilterService filters;
    private final TaskService tasks;
    private final TransactionOperations transactions;
    private final String password;
    private volatile String generated;

    FirstStart(
            IdentityService identities,
            AuthorizationService authorizations,
            FilterService filters,
            TaskService tasks,
            TransactionOperations transactions,
            @Value("${wayfarer.admin.password}") String password) {
        this.identities = identities;
        this.authorizations = authorizations;
        this.filters = filters;
        this.tasks = tasks;
        this.transactions = transactions;
        this.password = password;
    }

    /** The password of admin when it was made at this start, for those who print it; empty when it is known already. */
    public Optional<String> generatedPassword() {
        return Optional.ofNullable(generated);
    }

    @Override
    public void afterSingletonsInstantiated() {
        transactions.executeWithoutResult(status -> {
            administrators();
            serviceAgents();
            filter("All tasks", 0, tasks.createTaskQuery());
            filter("Unhappy customers", 10, ofAgents("unhappy-customer"));
            filter("Suspicious orders", 20, ofAgents(Reviews.PROCESS));
        });
    }

    private TaskQuery ofAgents(String process) {
        return tasks.createTaskQuery()
                .taskCandidateGroup(People.SERVICE_AGENTS)
                .includeAssignedTasks()
                .processDefinitionKey(process);
    }

    private void administrators() {
        if (group(People.ADMINISTRATORS, "Administrators", Groups.GROUP_TYPE_SYSTEM)) {
            for (var resource : Resources.values()) {
                grant(People.ADMINISTRATORS, resource, Permissions.ALL);
            }
        }
        if (identities.createUserQuery().userId(ADMIN).count() == 0) {
            var admin = identities.newUser(ADMIN);
            // the web apps show both names
            admin.setFirstName("Wayfarer");
            admin.setLastName("Administrator");
            admin.setPassword(password.isEmpty() ? generate() : password);
            identities.saveUser(admin);
            identities.createMembership(ADMIN, People.ADMINISTRATORS);
        } else if (!password.isEmpty() && !identities.checkPassword(ADMIN, password)) {
            var admin = identities.createUserQuery().userId(ADMIN).singleResult();
            admin.setPassword(password);
            identities.saveUser(admin);
            log.info("The password of {} is now the one in wayfarer.admin.password", ADMIN);
        }
    }

    private String generate() {
        var bytes = new byte[15];
        new SecureRandom().nextBytes(bytes);
        generated = Base64.getUrlEncoder().encodeToString(bytes);
        log.info(
                "The password of {} is {}  (shown this once; set wayfarer.admin.password to choose one)",
                ADMIN,
                generated);
        return generated;
    }

    private void serviceAgents() {
        if (group(People.SERVICE_AGENTS, "Service agents", Groups.GROUP_TYPE_WORKFLOW)) {
            grant(People.SERVICE_AGENTS, Resources.APPLICATION, "tasklist", Permissions.ACCESS);
            grant(People.SERVICE_AGENTS, Resources.FILTER, Permissions.READ);
            grant(People.SERVICE_AGENTS, Resources.PROCESS_DEFINITION, Permissions.READ);
        }
    }

    private boolean group(String id, String name, String type) {
        if (identities.createGroupQuery().groupId(id).count() > 0) {
            return false;
        }
        var group = identities.newGroup(id);
        group.setName(name);
        group.setType(type);
        identities.saveGroup(group);
        return true;
    }

    private void grant(String group, Resource resource, Permission permission) {
        grant(group, resource, ANY, permission);
    }

    private void grant(String group, Resource resource, String id, Permission permission) {
        var grant = authorizations.createNewAuthorization(AUTH_TYPE_GRANT);
        grant.setGroupId(group);
        grant.setResource(resource);
        grant.setResourceId(id);
        grant.addPermission(permission);
        authorizations.saveAuthorization(grant);
    }

    /** Filters with expressions are refused (see {@link EngineDoor}): each names its group. */
    private void filter(String name, int priority, TaskQuery query) {
        if (filters.createFilterQuery().filterName(name).count() == 0) {
            var filter = filters.newTaskFilter(name);
            filter.setQuery(query);
            filter.setProperties(Map.of("priority", priority, "refresh", true, "showUndefinedVariable", false));
            filters.saveFilter(filter);
        }
    }
}
