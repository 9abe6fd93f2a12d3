package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import io.wayfarer.risk.Reviews;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The one gate for everything that is sent. It collects what each gate must know and asks the rules; it decides nothing
 * itself.
 */
@Component
class Arbiter {

    /**
     * What is to be done with a message.
     *
     * @param verdicts what each gate said, up to the first that did not let it pass
     * @param due when to ask again, if a gate defers it; null otherwise
     */
    record Ruling(List<Verdict> verdicts, Instant due) {

        boolean passes() {
            return last().equals(Verdict.PASS);
        }

        boolean defers() {
            return last().equals(Verdict.DEFER);
        }

        private String last() {
            return verdicts.get(verdicts.size() - 1).verdict();
        }
    }

    /** A gate: what it must know at a moment, and the moments at which that changes. */
    private record Gate(String name, Function<Instant, Map<String, Object>> facts, List<Instant> changes) {}

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    private final Guardrails guardrails;
    private final Messages messages;
    private final Suppressions suppressions;
    private final Reviews reviews;
    private final Channels channels;
    private final ZoneId zone;

    Arbiter(
            Guardrails guardrails,
            Messages messages,
            Suppressions suppressions,
            Reviews reviews,
            Channels channels,
            @Value("${wayfarer.zone}") ZoneId zone) {
        this.guardrails = guardrails;
        this.messages = messages;
        this.suppressions = suppressions;
        this.reviews = reviews;
        this.channels = channels;
        this.zone = zone;
    }

    /**
     * Asks the gates in order, until one does not let the message pass.
     *
     * @param customer empty when the customer is not there any more
     * @throws RuntimeException when the rules have no answer: such a message must not be sent
     */
    Ruling judge(Messages.Outgoing message, Optional<Customer> customer, Instant now) {
        var verdicts = new ArrayList<Verdict>();
        // the outbox takes no second message with the same key, and hands over none that was handed over before
        verdicts.add(new Verdict("idempotency", Verdict.PASS, "the only message with its key"));
        for (var gate : gates(message, customer, now)) {
            var answer = guardrails.ask(gate.name(), gate.facts().apply(now));
            verdicts.add(new Verdict(gate.name(), answer.verdict(), answer.reason()));
            if (!answer.verdict().equals(Verdict.PASS)) {
                return new Ruling(verdicts, answer.verdict().equals(Verdict.DEFER) ? end(gate, answer, now) : null);
            }
        }
        return new Ruling(verdicts, null);
    }

    private List<Gate> gates(Messages.Outgoing message, Optional<Customer> customer, Instant now) {
        var isTransactional = message.topic().equals(Templates.TRANSACTIONAL);
        var channel = channels.get(message.channel());
        var suppression = suppressions.reasonAgainst(customer, channel);
        // a channel may ask for a word of its own; who wants no marketing at all wants none by it either
        var asked = channel.consent().orElse(message.topic());
        Map<String, Object> suppressed =
                Map.of("suppressed", suppression.isPresent(), "suppressionReason", suppression.orElse(""));
        Map<String, Object> consent = Map.of(
                "transactional", isTransactional,
                "consented",
                        customer.filter(c -> c.consentsTo(asked) && !c.refuses(message.topic()))
                                .isPresent(),
                "refused",
                        customer.filter(c -> c.refuses(asked) || c.refuses(message.topic()))
                                .isPresent());
        Map<String, Object> reviewed = Map.of(
                "transactional",
                isTransactional,
                "review",
                reviews.newest(message.customer()).orElse("none"));
        var home = customer.map(c -> c.zone(zone)).orElse(zone);
        // whole hours on the customer's own clock; added as time that passes, so that a change of clocks shifts none
        var hour = now.atZone(home).truncatedTo(ChronoUnit.HOURS);
        var hours = Stream.iterate(1, n -> n <= 48, n -> n + 1)
                .map(n -> hour.plusHours(n).toInstant())
                .toList();
        var sent = messages.sentSince(message.customer(), now.minus(WEEK), now);
        var windowEnds = sent.stream()
                .flatMap(at -> Stream.of(at.plus(DAY), at.plus(WEEK)))
                .sorted()
                .toList();
        return List.of(
                new Gate("suppression", at -> suppressed, List.of()),
                new Gate("consent", at -> consent, List.of()),
                new Gate("fraud-review", at -> reviewed, List.of()),
                new Gate(
                        "quiet-hours",
                        at -> Map.of(
                                "transactional",
                                isTransactional,
                                "localHour",
                                at.atZone(home).getHour()),
                        hours),
                new Gate(
                        "frequency-cap",
                        at -> Map.of(
                                "transactional", isTransactional,
                                "sentLast24h", count(sent, at.minus(DAY)),
                                "sentLast7d", count(sent, at.minus(WEEK))),
                        windowEnds));
    }

    private static int count(List<Instant> sent, Instant since) {
        return (int) sent.stream().filter(at -> at.isAfter(since)).count();
    }

    /** The first moment at which the same rules no longer defer the message, as far as it can be foreseen. */
    private Instant end(Gate gate, Guardrails.Answer answer, Instant now) {
        return gate.changes().stream()
                .filter(at -> at.isAfter(now))
                .filter(at -> !guardrails
                        .ask(gate.name(), gate.facts().apply(at))
                        .verdict()
                        .equals(Verdict.DEFER))
                .findFirst()
                .orElse(now.plus(Duration.ofHours(Math.max(1, answer.hours()))));
    }
}
