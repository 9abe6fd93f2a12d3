package io.wayfarer.profile;

import io.wayfarer.ingest.Event;
import io.wayfarer.time.TimeOrderedId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Tells whose event it is, within one batch. The strongest identity decides: userId, then email, then anonymousId. A
 * browser belongs to whoever signed in on it last; what is personal never changes hands, so that two identified people
 * never become one.
 */
final class Recognition {

    private final Map<Identity, UUID> owners;
    private final Map<UUID, Map<Identity.Kind, String>> personal = new HashMap<>();
    private final Map<Identity, UUID> added = new LinkedHashMap<>();
    private final Map<Identity, UUID> moved = new LinkedHashMap<>();

    /** @param owners every stored identity of the customers that the batch's events may belong to; is changed */
    Recognition(Map<Identity, UUID> owners) {
        this.owners = owners;
        owners.forEach(this::note);
    }

    /** The identities an event states, the strongest first. */
    static List<Identity> statedBy(Event event) {
        var stated = new ArrayList<Identity>(3);
        if (event.userId() != null) {
            stated.add(new Identity(Identity.Kind.userId, event.userId()));
        }
        if (event.email() != null) {
            stated.add(new Identity(Identity.Kind.email, event.email()));
        }
        if (event.anonymousId() != null) {
            stated.add(new Identity(Identity.Kind.anonymousId, event.anonymousId()));
        }
        return stated;
    }

    /** The customer of the event, a new one if it is nobody we know, with the identities it adds bound to them. */
    UUID ownerOf(Event event) {
        var stated = statedBy(event);
        UUID owner = null;
        for (var identity : stated) {
            var candidate = owners.get(identity);
            if (owner == null && candidate != null && agrees(candidate, event)) {
                owner = candidate;
            }
        }
        if (owner == null) {
            owner = TimeOrderedId.at(event.receivedAt());
        }
        for (var identity : stated) {
            var holder = owners.get(identity);
            var signedIn = identity.kind() == Identity.Kind.anonymousId && stated.size() > 1;
            if (holder == null && !hasOther(owner, identity) || signedIn && !owner.equals(holder)) {
                owners.put(identity, owner);
                (holder == null || added.containsKey(identity) ? added : moved).put(identity, owner);
                note(identity, owner);
            }
        }
        return owner;
    }

    /** Identities not stored before, with their customer. */
    Map<Identity, UUID> added() {
        return added;
    }

    /** Browsers and devices that now belong to another customer than the stored one. */
    Map<Identity, UUID> moved() {
        return moved;
    }

    /** False when the event names another person's userId, or, without one, another's email. */
    private boolean agrees(UUID candidate, Event event) {
        var known = personal.getOrDefault(candidate, Map.of());
        var user = known.get(Identity.Kind.userId);
        if (event.userId() != null) {
            return user == null || user.equals(event.userId());
        }
        var email = known.get(Identity.Kind.email);
        return event.email() == null || email == null || email.equals(event.email());
    }

    /** One person has one userId; a second one would be a second person. Emails may be several. */
    private boolean hasOther(UUID owner, Identity identity) {
        var known = personal.getOrDefault(owner, Map.of()).get(identity.kind());
        return identity.kind() == Identity.Kind.userId && known != null && !known.equals(identity.name());
    }

    private void note(Identity identity, UUID owner) {
        if (identity.isPersonal()) {
            personal.computeIfAbsent(owner, id -> new HashMap<>()).putIfAbsent(identity.kind(), identity.name());
        }
    }
}
