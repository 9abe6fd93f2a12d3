package io.wayfarer.act;

import io.wayfarer.decide.Decided;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.SentMail;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Identity;
import io.wayfarer.store.Column;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The suppression list: addresses that nothing is sent to any more, whoever asks. */
@Component
class Suppressions {

    /** The production of HTML's email input, ASCII only: it leaves no way to end a header or a command. */
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?");

    private static final Pattern ANYTHING = Pattern.compile("[^\\p{Cntrl}]+");
    private static final Map<Identity.Kind, Pattern> FORMS =
            Map.of(Identity.Kind.email, ADDRESS, Identity.Kind.phone, Pattern.compile("\\+[1-9][0-9]{6,14}"));
    private static final Map<Identity.Kind, String> WORDS =
            Map.of(Identity.Kind.email, "email address", Identity.Kind.phone, "phone number");

    private final JdbcTemplate jdbc;

    Suppressions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Of these addresses, those on the list, each with the reason. */
    Map<String, String> among(Collection<String> addresses) {
        var listed = new HashMap<String, String>();
        if (!addresses.isEmpty()) {
            jdbc.query(
                    "select address, reason from suppression where address = any(?)",
                    row -> {
                        listed.put(row.getString(1), row.getString(2));
                    },
                    Column.texts(addresses));
        }
        return listed;
    }

    /**
     * Why nothing can be sent to the customer by this channel; empty when something can.
     *
     * @param listed what {@link #among} says of the addresses
     */
    static Optional<String> reasonAgainst(
            Optional<Customer> customer, Channels.Channel channel, Map<String, String> listed) {
        if (customer.isEmpty()) {
            return Optional.of("the customer is not there any more");
        }
        if (channel.to().isEmpty()) {
            return Optional.empty();
        }
        var kind = channel.to().get();
        var address = channel.addressOf(customer.get());
        if (address.isEmpty()) {
            return Optional.of("no " + WORDS.getOrDefault(kind, kind + " id") + " is known");
        }
        if (!FORMS.getOrDefault(kind, ANYTHING).matcher(address.get()).matches()) {
            return Optional.of("the " + WORDS.getOrDefault(kind, kind + " id") + " is not one that can be sent to");
        }
        return Optional.ofNullable(listed.get(address.get()));
    }

    /**
     * Suppresses, in the caller's transaction, the addresses of which the batch says that they are gone, or that their
     * owners complained. Only what is proved counts: anybody may send an event of that name.
     */
    public void follow(Decided decided) {
        for (var event : decided.known().events()) {
            if (Boolean.TRUE.equals(event.marks().get(SentMail.PROVED))) {
                reason(event).ifPresent(reason -> add(event.email(), reason, event.at()));
            }
        }
    }

    private static Optional<String> reason(Event event) {
        return switch (event.name()) {
            case "Email Bounced" ->
                "hard".equals(event.text("bounce"))
                        ? Optional.of("bounced: " + event.text("reason"))
                        : Optional.empty();
            case "Email Marked as Spam" -> Optional.of("marked as spam by its owner");
            default -> Optional.empty();
        };
    }

    /** From now on nothing is sent to the address; the first reason stays. */
    void add(String address, String reason, Instant since) {
        var bounded = reason.length() > 200 ? reason.substring(0, 200) : reason;
        jdbc.update(
                "insert into suppression (address, reason, since)"
                        + " select cast(? as varchar), cast(? as varchar), cast(? as timestamp with time zone)"
                        + " where not exists (select 1 from suppression where address = ?)",
                address,
                bounded,
                since.atOffset(ZoneOffset.UTC),
                address);
    }
}
