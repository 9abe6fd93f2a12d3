package io.wayfarer.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.Door;
import io.wayfarer.ingest.http.HttpCall;
import io.wayfarer.ingest.http.Visit;
import io.wayfarer.ingest.http.Visits;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * The inbox as a visitor's page reads it. Who is signed in is shown theirs when the site's backend signs the user id, and not
 * otherwise; a browser by itself is shown what was sent to it while nobody has signed in on it.
 */
@Component
class OnsiteInboxApi {

    /** @param signIn true when the browser is a person's, who has to be proved; null otherwise */
    private record Listed(List<OnsiteInbox.Item> items, UUID next, int unread, Boolean signIn) {}

    private record Unread(int unread) {}

    private static final int MAX_LIMIT = 100;
    private static final int DEFAULT_LIMIT = 20;
    private static final Set<Identity.Kind> BROWSERS = Set.of(Identity.Kind.anonymousId, Identity.Kind.device);

    private final Door door;
    private final Visits visits;
    private final Customers customers;
    private final OnsiteInbox inbox;
    private final Feedback feedback;
    private final ObjectMapper json;

    OnsiteInboxApi(
            Door door, Visits visits, Customers customers, OnsiteInbox inbox, Feedback feedback, ObjectMapper json) {
        this.door = door;
        this.visits = visits;
        this.customers = customers;
        this.inbox = inbox;
        this.feedback = feedback;
        this.json = json;
    }

    /** {@code GET /v1/inbox}, with {@code limit} and {@code after}. */
    public void list(Exchange exchange) throws InterruptedException {
        door.read(exchange, this::listed);
    }

    /** {@code POST /v1/inbox/read}, with {@code ids}. */
    public void read(Exchange exchange) throws InterruptedException {
        door.pass(exchange, call -> marked(call, false));
    }

    /** {@code POST /v1/inbox/dismissed}, with {@code ids}. */
    public void dismiss(Exchange exchange) throws InterruptedException {
        door.pass(exchange, call -> marked(call, true));
    }

    private Answer listed(HttpCall call) {
        var visit = visits.of(call, call::field);
        var limit = limit(call.field("limit"));
        var after = call.field("after") == null ? null : id(call.field("after"), "after");
        var customer = known(visit);
        if (customer.isEmpty() || !isTheirs(customer.get(), visit)) {
            return answer(new Listed(List.of(), null, 0, customer.isEmpty() ? null : true));
        }
        var whose = customer.get().id();
        // one more tells whether there are more
        var items = inbox.list(whose, limit + 1, after);
        var page = items.subList(0, Math.min(limit, items.size()));
        var next = items.size() > limit ? page.get(limit - 1).id() : null;
        return answer(new Listed(page, next, inbox.unread(whose), null));
    }

    private Answer marked(HttpCall call, boolean dismissed) {
        var body = OnsiteBody.of(call);
        var visit = visits.of(call, body::text);
        var ids = body.texts("ids", MAX_LIMIT).stream()
                .map(text -> id(text, "ids"))
                .toList();
        var customer = known(visit);
        if (customer.isEmpty() || !isTheirs(customer.get(), visit)) {
            return answer(new Unread(0));
        }
        var whose = customer.get().id();
        // told first: what is told again after a crash counts once
        var unread = inbox.unread(whose, ids);
        feedback.marked(whose, "Message Read", "inbox", unread);
        inbox.read(unread.keySet());
        if (dismissed) {
            var shown = inbox.shown(whose, ids);
            feedback.marked(whose, "Message Dismissed", "inbox", shown);
            inbox.dismiss(shown.keySet());
        }
        return answer(new Unread(inbox.unread(whose)));
    }

    private Optional<Customer> known(Visit visit) {
        var identity = visit.userId() == null
                ? new Identity(Identity.Kind.anonymousId, visit.anonymousId())
                : new Identity(Identity.Kind.userId, visit.userId());
        return identity.name() == null
                ? Optional.empty()
                : customers.find(identity).flatMap(customers::find);
    }

    /** A browser's own word is enough for what nobody has put a name to. */
    private static boolean isTheirs(Customer customer, Visit visit) {
        return visit.userId() != null
                || customer.identities().stream().map(Identity::kind).allMatch(BROWSERS::contains);
    }

    private static int limit(String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (!text.matches("[1-9]\\d{0,2}") || Integer.parseInt(text) > MAX_LIMIT) {
            throw Refusal.bad("limit", "limit must be from 1 to " + MAX_LIMIT);
        }
        return Integer.parseInt(text);
    }

    private static UUID id(String text, String field) {
        try {
            var id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // it is none
        }
        throw Refusal.bad(field, field + " must hold ids of messages");
    }

    private Answer answer(Object said) {
        try {
            return Answer.json(json.writeValueAsString(said));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
