package io.wayfarer.act;

import io.wayfarer.store.Column;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What messages cost and may cost in a day, by channel and by template. A message is counted when it first passes the gates.
 * A channel that costs nothing, or that has no limit, is not counted, and costs no statement.
 */
@Component
@EnableConfigurationProperties(Budget.Settings.class)
class Budget {

    static final String NONE = "none";

    /** The template of the row of a whole channel. */
    private static final String ALL = "";

    /**
     * Amounts in the shop's currency.
     *
     * @param cost of one message, by channel
     * @param daily what all messages of a channel may cost in a day
     * @param campaign what the messages of a template may cost in a day
     */
    @ConfigurationProperties("wayfarer.budget")
    record Settings(
            @DefaultValue Map<String, BigDecimal> cost,
            @DefaultValue Map<String, BigDecimal> daily,
            @DefaultValue Map<String, BigDecimal> campaign) {

        Settings {
            for (var amounts : List.of(cost, daily, campaign)) {
                amounts.forEach((name, amount) -> {
                    if (amount.signum() < 0) {
                        throw new IllegalArgumentException("wayfarer.budget: " + name + " is below 0");
                    }
                });
            }
        }
    }

    private final JdbcTemplate jdbc;
    private final Settings settings;
    private final ZoneId zone;

    Budget(JdbcTemplate jdbc, Settings settings, @Value("${wayfarer.zone}") ZoneId zone) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.zone = zone;
    }

    /** What was spent of one channel today, and what is while messages are judged. */
    final class Purse {

        private final LocalDate day;
        private final String channel;
        private final BigDecimal cost;
        private final Map<String, BigDecimal> spent;
        private final Map<String, BigDecimal> added = new HashMap<>();

        private Purse(LocalDate day, String channel, BigDecimal cost, Map<String, BigDecimal> spent) {
            this.day = day;
            this.channel = channel;
            this.cost = cost;
            this.spent = spent;
        }

        /** What does not allow one more message of the template: channel, campaign, or none. */
        String exhausted(String template) {
            return exceeds(ALL, settings.daily().get(channel))
                    ? "channel"
                    : exceeds(template, settings.campaign().get(template)) ? "campaign" : NONE;
        }

        private boolean exceeds(String name, BigDecimal limit) {
            return limit != null
                    && spent.getOrDefault(name, BigDecimal.ZERO).add(cost).compareTo(limit) > 0;
        }

        void spend(String template) {
            for (var name : new String[] {ALL, template}) {
                if (spent.containsKey(name)) {
                    spent.merge(name, cost, BigDecimal::add);
                    added.merge(name, cost, BigDecimal::add);
                }
            }
        }

        Instant nextDay() {
            return day.plusDays(1).atStartOfDay(zone).toInstant();
        }

        private void close() {
            add(day, channel, added);
        }
    }

    /** Makes the rows of a day, unless they are there; outside of a transaction. */
    void know(String channel, Instant now) {
        if (isCounted(channel)) {
            for (var name : names()) {
                try {
                    jdbc.update(
                            "insert into channel_spending (day_no, channel, template, spent)"
                                    + " select cast(? as int), cast(? as varchar), cast(? as varchar), 0 where not exists"
                                    + " (select 1 from channel_spending where day_no = ? and channel = ? and template = ?)",
                            dayNo(day(now)),
                            channel,
                            name,
                            dayNo(day(now)),
                            channel,
                            name);
                } catch (DuplicateKeyException e) {
                    // another node was first
                }
            }
        }
    }

    /** Nobody else spends of the channel until the caller's transaction ends. */
    Purse open(String channel, Instant now) {
        var spent = new HashMap<String, BigDecimal>();
        if (isCounted(channel)) {
            jdbc.query(
                    "select template, spent from channel_spending where day_no = ? and channel = ? and template = any(?)"
                            + " order by template for update",
                    row -> {
                        spent.put(row.getString(1), row.getBigDecimal(2));
                    },
                    dayNo(day(now)),
                    channel,
                    Column.texts(names()));
        }
        return new Purse(day(now), channel, settings.cost().getOrDefault(channel, BigDecimal.ZERO), spent);
    }

    /** Keeps what was spent, in the transaction in which it was opened. */
    void close(Purse purse) {
        purse.close();
    }

    /** A message that passed the gates was not handed over after all. */
    void giveBack(String channel, String template, Instant now) {
        if (isCounted(channel)) {
            var cost = settings.cost().get(channel).negate();
            add(day(now), channel, Map.of(ALL, cost, template, cost));
        }
    }

    private void add(LocalDate day, String channel, Map<String, BigDecimal> amounts) {
        jdbc.batchUpdate(
                "update channel_spending set spent = spent + ? where day_no = ? and channel = ? and template = ?",
                new TreeSet<>(amounts.keySet())
                        .stream()
                                .map(name -> new Object[] {amounts.get(name), dayNo(day), channel, name})
                                .toList());
    }

    private boolean isCounted(String channel) {
        var cost = settings.cost().get(channel);
        return cost != null
                && cost.signum() > 0
                && (settings.daily().containsKey(channel)
                        || !settings.campaign().isEmpty());
    }

    private TreeSet<String> names() {
        var names = new TreeSet<>(settings.campaign().keySet());
        names.add(ALL);
        return names;
    }

    private LocalDate day(Instant now) {
        return now.atZone(zone).toLocalDate();
    }

    private static int dayNo(LocalDate day) {
        return Math.toIntExact(day.toEpochDay());
    }
}
