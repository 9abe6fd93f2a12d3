package io.wayfarer.profile;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.IdentityRules.Ruling;
import io.wayfarer.time.TimeOrderedId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells whose each event of a batch is. An event that states nothing new costs a look into a map for each identity; what is
 * new, or leads to two customers, is asked of the rules.
 */
final class Recognition {

    /** More identities than this of one customer are not bound to them. */
    static final int MAX_IDENTITIES = 100;

    static final String SIGNED_OUT = "Signed Out";

    /**
     * What is remembered of the identities and customers of a batch; read only when the batch has something new.
     *
     * @param people by identity, who has been on a browser or device, or was joined by it
     * @param apart what joined customers wrongly before
     */
    record Past(Map<Identity, Set<UUID>> people, Set<Parted> apart) {}

    /** Two customers whom this identity does not join again, the smaller id first. */
    record Parted(UUID one, UUID other, Identity by) {

        static Parted of(UUID a, UUID b, Identity by) {
            return a.compareTo(b) < 0 ? new Parted(a, b, by) : new Parted(b, a, by);
        }
    }

    private final IdentityRules rules;
    private final Instant now;
    private final Map<Identity, UUID> stored;
    private final Map<Identity, UUID> owners;
    private final Supplier<Past> memory;
    private Past past;
    /** The identities of each customer; built when first asked for. */
    private Map<UUID, Set<Identity>> held;

    private final Set<Identity> touched = new LinkedHashSet<>();
    private final Map<UUID, UUID> joinedInto = new HashMap<>();
    private final List<Merge> merges = new ArrayList<>(0);
    private final Map<Identity, Set<UUID>> people = new LinkedHashMap<>();
    private final Set<Identity> nobody = new HashSet<>();

    /**
     * @param stored every stored identity of the customers that the batch's events may belong to
     * @param memory reads what is remembered of them, at most once
     */
    Recognition(IdentityRules rules, Map<Identity, UUID> stored, Supplier<Past> memory, Instant now) {
        this.rules = rules;
        this.stored = stored;
        this.owners = new HashMap<>(stored);
        this.memory = memory;
        this.now = now;
    }

    /**
     * The customer of the event, a new one if it is nobody we know, with the identities it adds bound to them; null when
     * it states no identity that is somebody's. A later event may merge the customer into another: see {@link #isNow}.
     *
     * @param stated the identities that the event states, the strongest first
     */
    UUID ownerOf(Event event, List<Identity> stated) {
        var owner = agreed(stated);
        if (owner == null) {
            owner = settled(event, stated);
        }
        if (owner != null && event.name().equals(SIGNED_OUT)) {
            signOut(owner, stated);
        }
        return owner;
    }

    /** Whose id it is at the end of the batch. */
    UUID isNow(UUID customer) {
        var at = customer;
        while (joinedInto.containsKey(at)) {
            at = joinedInto.get(at);
        }
        return at;
    }

    /** The one customer who has all that is stated, or null when something is new or has another customer. */
    private UUID agreed(List<Identity> stated) {
        UUID only = null;
        for (var identity : stated) {
            var holder = owners.get(identity);
            if (holder == null || only != null && !holder.equals(only)) {
                return null;
            }
            only = holder;
        }
        return only;
    }

    private UUID settled(Event event, List<Identity> stated) {
        UUID owner = null;
        var free = new ArrayList<Identity>();
        for (var identity : stated) {
            var holder = owners.get(identity);
            if (holder == null) {
                if (!isNobody(identity)) {
                    free.add(identity);
                }
            } else if (owner == null && free.isEmpty()) {
                owner = holder;
            } else if (!holder.equals(owner)) {
                var ruling = judge(owner, free, identity, holder);
                if (ruling.outcome() == IdentityRules.Outcome.APART) {
                    continue;
                }
                var isShared = !worth(identity).personal();
                if (isNobody(identity)) {
                    if (isShared) {
                        free(identity, holder);
                    }
                } else if (ruling.outcome() == IdentityRules.Outcome.MOVE) {
                    free(identity, holder);
                    free.add(identity);
                } else if (owner == null) {
                    owner = holder;
                } else {
                    merge(holder, owner, identity, event, ruling);
                }
            }
        }
        if (owner == null && free.isEmpty()) {
            return null;
        }
        owner = owner == null ? TimeOrderedId.at(event.receivedAt()) : owner;
        for (var identity : free) {
            if (held(owner).size() < MAX_IDENTITIES) {
                put(identity, owner);
            }
        }
        return owner;
    }

    private boolean isNobody(Identity identity) {
        if (nobody.contains(identity)) {
            return true;
        }
        var with = new HashSet<>(past().people().getOrDefault(identity, Set.of()));
        with.addAll(people.getOrDefault(identity, Set.of()));
        var isNobody = rules.nobody(new Stated(identity.kind().word(), true, lower(identity), with.size())) != null;
        if (isNobody) {
            nobody.add(identity);
        }
        return isNobody;
    }

    private static String lower(Identity identity) {
        return identity.name().toLowerCase(Locale.ROOT);
    }

    private Ruling judge(UUID owner, List<Identity> free, Identity identity, UUID holder) {
        var subject = new LinkedHashSet<>(free);
        if (owner != null) {
            subject.addAll(held(owner));
        }
        var other = held(holder);
        var shared = !worth(identity).personal();
        var otherAnonymous = isAnonymous(other);
        var meeting = new Meeting(
                identity.kind().word(),
                shared,
                isAnonymous(subject),
                otherAnonymous,
                shared && !otherAnonymous && owner == null && addsOnly(subject, other),
                differ(subject, other, kind -> kind.equals(Identity.Kind.userId)),
                differ(subject, other, Identity.Kind::isCrm),
                differ(subject, other, kind -> kind.equals(Identity.Kind.email)),
                false,
                subject.size() + other.size() > MAX_IDENTITIES);
        var ruling = rules.judge(meeting);
        return ruling.outcome() == IdentityRules.Outcome.JOIN && owner != null && areApart(owner, holder, identity)
                ? rules.judge(meeting.keptApart())
                : ruling;
    }

    private boolean isAnonymous(Collection<Identity> identities) {
        return identities.stream().noneMatch(identity -> worth(identity).personal());
    }

    /** True when all that is personal in the first are addresses and numbers, and the other has none of these kinds. */
    private boolean addsOnly(Set<Identity> subject, Set<Identity> other) {
        var personal = subject.stream()
                .filter(identity -> worth(identity).personal())
                .map(Identity::kind)
                .toList();
        return !personal.isEmpty()
                && personal.stream()
                        .allMatch(kind -> (kind.equals(Identity.Kind.email) || kind.equals(Identity.Kind.phone))
                                && other.stream()
                                        .noneMatch(identity -> identity.kind().equals(kind)));
    }

    /** True when both have identities of one kind, and none of that kind in common. */
    private static boolean differ(Set<Identity> one, Set<Identity> other, Predicate<Identity.Kind> kinds) {
        var first = byKind(one, kinds);
        var second = byKind(other, kinds);
        return first.keySet().stream()
                .anyMatch(kind -> second.containsKey(kind) && Collections.disjoint(first.get(kind), second.get(kind)));
    }

    private static Map<Identity.Kind, Set<String>> byKind(Set<Identity> identities, Predicate<Identity.Kind> kinds) {
        return identities.stream()
                .filter(identity -> kinds.test(identity.kind()))
                .collect(Collectors.groupingBy(Identity::kind, Collectors.mapping(Identity::name, Collectors.toSet())));
    }

    private boolean areApart(UUID one, UUID other, Identity by) {
        return past().apart().stream().filter(parted -> parted.by().equals(by)).anyMatch(parted -> Set.of(
                        isNow(parted.one()), isNow(parted.other()))
                .equals(Set.of(one, other)));
    }

    private void merge(UUID from, UUID into, Identity by, Event event, Ruling ruling) {
        for (var identity : List.copyOf(held(from))) {
            put(identity, into);
        }
        joinedInto.put(from, into);
        if (worth(by).personal()) {
            remember(by, from);
            remember(by, into);
        }
        merges.add(new Merge(
                TimeOrderedId.derived(event.receivedAt(), event.id(), 1000 + merges.size()),
                from,
                into,
                by,
                event.id(),
                now,
                Merge.RULES,
                ruling.rule(),
                ruling.reason()));
    }

    /** Whoever signs out leaves the browser or device; what is done on it from now on is somebody else's. */
    private void signOut(UUID owner, List<Identity> stated) {
        if (!isAnonymous(held(owner))) {
            for (var identity : stated) {
                if (!worth(identity).personal() && owner.equals(owners.get(identity))) {
                    free(identity, owner);
                }
            }
        }
    }

    private void free(Identity identity, UUID holder) {
        if (!isAnonymous(held(holder))) {
            remember(identity, holder);
        }
        put(identity, null);
    }

    private void put(Identity identity, UUID owner) {
        var before = owner == null ? owners.remove(identity) : owners.put(identity, owner);
        touched.add(identity);
        if (before != null) {
            held(before).remove(identity);
        }
        if (owner != null) {
            held(owner).add(identity);
        }
    }

    private void remember(Identity identity, UUID person) {
        if (!past().people().getOrDefault(identity, Set.of()).contains(person)) {
            people.computeIfAbsent(identity, i -> new LinkedHashSet<>()).add(person);
        }
    }

    private Set<Identity> held(UUID customer) {
        if (held == null) {
            held = new HashMap<>();
            owners.forEach((identity, owner) ->
                    held.computeIfAbsent(owner, id -> new LinkedHashSet<>()).add(identity));
        }
        return held.computeIfAbsent(customer, id -> new LinkedHashSet<>());
    }

    private Past past() {
        if (past == null) {
            past = memory.get();
        }
        return past;
    }

    private IdentityRules.Worth worth(Identity identity) {
        return rules.worth(identity.kind());
    }

    /** The customer's identities as they are now, or null when no identity of the batch has changed. */
    Set<Identity> changed(UUID customer) {
        return touched.isEmpty() ? null : Set.copyOf(held(customer));
    }

    /** Identities not stored before, with their customer. */
    Map<Identity, UUID> added() {
        return changed(identity -> !stored.containsKey(identity) && owners.containsKey(identity));
    }

    /** Identities that now belong to another customer than the stored one. */
    Map<Identity, UUID> moved() {
        return changed(identity -> stored.containsKey(identity)
                && owners.containsKey(identity)
                && !owners.get(identity).equals(stored.get(identity)));
    }

    /** Stored identities that are nobody's any more, with the customer who had them. */
    Map<Identity, UUID> removed() {
        var removed = new LinkedHashMap<Identity, UUID>();
        touched.stream()
                .filter(identity -> stored.containsKey(identity) && !owners.containsKey(identity))
                .forEach(identity -> removed.put(identity, stored.get(identity)));
        return removed;
    }

    private Map<Identity, UUID> changed(Predicate<Identity> how) {
        var changed = new LinkedHashMap<Identity, UUID>();
        touched.stream().filter(how).forEach(identity -> changed.put(identity, owners.get(identity)));
        return changed;
    }

    /** Merges, in order. */
    List<Merge> merges() {
        return merges;
    }

    /** Who has been with an identity, as far as it is not remembered yet. */
    Map<Identity, Set<UUID>> people() {
        return people;
    }
}
