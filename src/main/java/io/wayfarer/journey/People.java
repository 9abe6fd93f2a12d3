package io.wayfarer.journey;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.springframework.stereotype.Component;

/** Who may sign in, and to which groups they belong: one store of users for the console, the API and the engine. */
@Component
public class People {

    /** Those who may do everything. */
    public static final String ADMINISTRATORS = "camunda-admin";

    /** Those who answer customers. */
    public static final String SERVICE_AGENTS = "service-agents";

    /** Longer passwords are wrong without being looked at. */
    static final int MAX_PASSWORD = 200;

    /**
     * Somebody who works with Wayfarer.
     *
     * @param id what they sign in with
     * @param name as shown to others
     * @param groups ids of their groups
     */
    public record Person(String id, String name, Set<String> groups) {}

    private final IdentityService identities;

    People(IdentityService identities) {
        this.identities = identities;
    }

    /**
     * The person with this id and password. Takes about 0.1 s, as bcrypt is meant to. Guesses are not counted here: whoever
     * asks slows them down by address.
     */
    public Optional<Person> check(String user, String password) {
        if (user == null || password == null || password.length() > MAX_PASSWORD) {
            return Optional.empty();
        }
        return identities.checkPassword(user, password) ? find(user) : Optional.empty();
    }

    /** The person with this id. */
    public Optional<Person> find(String user) {
        return Optional.ofNullable(identities.createUserQuery().userId(user).singleResult())
                .map(this::person);
    }

    private Person person(User user) {
        var groups = identities.createGroupQuery().groupMember(user.getId()).list().stream()
                .map(Group::getId)
                .collect(Collectors.toUnmodifiableSet());
        var names = (text(user.getFirstName()) + " " + text(user.getLastName())).trim();
        return new Person(user.getId(), names.isEmpty() ? user.getId() : names, groups);
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
