package io.wayfarer.ingest.clean;

import io.wayfarer.ingest.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Tells programs that visit pages, and programs that read people's mail, from people. What a browser did lately is
 * remembered by this node alone, of a bounded number of browsers, and by event time, so that history read from a file is
 * judged as it happened. What came before a program gave itself away has counted by then.
 */
final class Bots {

    /** Why something is no person's doing, or null; {@code machine} when it reads mail. */
    record Verdict(boolean machine, String why) {}

    private static final int BROWSERS = 50_000;
    private static final int AGENTS = 2_000;
    private static final int MAX_AGENT = 500;
    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    private static final Duration BURST = Duration.ofSeconds(1);
    private static final Duration PREFETCH = Duration.ofSeconds(5);

    /** All that the proxy of Apple's Mail Privacy Protection says of itself: it fetches pictures that nobody has looked at. */
    private static final String PREFETCHING = "Mozilla/5.0";

    private static final String SENT = "sent_at";
    private static final String TRAP = "trap";
    private static final List<String> LINKS = List.of("url", "path", "link_url", "href");
    private static final List<String> TELLS = List.of("machine_open", "sg_machine_open", "machine");

    private static final class Browser {
        private long second = Long.MIN_VALUE;
        private int events;
        private Instant knownUntil = Instant.MIN;
        private String why;
    }

    private static final class Reader {
        private Instant delivered = Instant.MIN;
        private Instant opened = Instant.MIN;
        private Instant clicked = Instant.MIN;
        private UUID lastClick;
        private Instant knownUntil = Instant.MIN;
    }

    private final int tooFast;
    private final String honeypot;
    private final List<String> visiting = new ArrayList<>();
    private final List<String> reading = new ArrayList<>();
    private final Map<String, Browser> browsers = new Lately<>(BROWSERS);
    private final Map<String, Reader> readers = new Lately<>(BROWSERS);
    private final Map<String, Boolean> agents = new Lately<>(AGENTS);

    Bots(CleanSettings settings) {
        this.tooFast = settings.tooFast();
        this.honeypot = settings.honeypot();
        var shipped = Bots.class.getResourceAsStream("/agents.txt");
        try (var lines = new BufferedReader(new InputStreamReader(shipped, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        if (line.startsWith("* ")) {
                            reading.add(line.substring(2).strip());
                        } else {
                            visiting.add(line.strip());
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings.agents().forEach(word -> visiting.add(word.toLowerCase(Locale.ROOT)));
    }

    /**
     * @param agent what the browser or program calls itself, or null
     * @param dated the event's time was said by its sender, or it came alone: many that were given the time of their
     *     arrival together happened who knows when
     */
    Verdict judge(Event event, String agent, boolean dated) {
        if (event.name().startsWith("Email ")) {
            return judgeMail(event, agent);
        }
        if (!event.channel().equals("web") && !event.channel().equals("mobile")) {
            return null;
        }
        if (agent != null && isProgram(agent)) {
            return new Verdict(false, "agent");
        }
        return event.anonymousId() == null ? null : judgeBrowser(event, dated);
    }

    private Verdict judgeBrowser(Event event, boolean dated) {
        synchronized (browsers) {
            var browser = browsers.computeIfAbsent(event.anonymousId(), any -> new Browser());
            if (isTrap(event)) {
                browser.knownUntil = event.at().plus(KNOWN_FOR);
                browser.why = "honeypot";
            } else if (dated) {
                var second = event.at().getEpochSecond();
                browser.events = browser.second == second ? browser.events + 1 : 1;
                browser.second = second;
                if (browser.events > tooFast) {
                    browser.knownUntil = event.at().plus(KNOWN_FOR);
                    browser.why = "speed";
                }
            }
            return event.at().isBefore(browser.knownUntil) ? new Verdict(false, browser.why) : null;
        }
    }

    /** A scanner opens a mail in the second of its delivery, or follows one link right after another. */
    private Verdict judgeMail(Event event, String agent) {
        var opened = event.name().equals("Email Opened");
        var clicked = event.name().equals("Email Link Clicked");
        var who = person(event);
        if (who == null || !opened && !clicked && !isDelivery(event.name())) {
            return null;
        }
        synchronized (readers) {
            var reader = readers.computeIfAbsent(who, any -> new Reader());
            var at = event.at();
            if (isDelivery(event.name())) {
                reader.delivered = at;
                return null;
            }
            var why = why(event, agent, reader);
            if (opened) {
                reader.opened = at;
            } else {
                reader.clicked = at;
                reader.lastClick = event.id();
            }
            return why == null ? null : new Verdict(true, why);
        }
    }

    private String why(Event event, String agent, Reader reader) {
        var at = event.at();
        if (TELLS.stream()
                        .anyMatch(tell -> Boolean.TRUE.equals(event.properties().get(tell)))
                || agent != null
                        && (agent.strip().equals(PREFETCHING)
                                || contains(reading, agent.toLowerCase(Locale.ROOT))
                                || isProgram(agent))) {
            return "agent";
        }
        if ("HEAD".equalsIgnoreCase(event.text("method"))) {
            return "head";
        }
        if (isTrap(event)) {
            reader.knownUntil = at.plus(KNOWN_FOR);
        }
        if (at.isBefore(reader.knownUntil)) {
            return "honeypot";
        }
        if (isSoonAfterSending(event)) {
            return "burst";
        }
        // what could not be stored comes again, and is no second click
        var again = event.id().equals(reader.lastClick);
        return isClose(at, reader.delivered)
                        || !again && isClose(at, reader.clicked)
                        || event.name().equals("Email Link Clicked") && isClose(at, reader.opened)
                ? "burst"
                : null;
    }

    /** Nobody reads a mail within seconds of its leaving; a scanner at the door does, and a proxy that fetches its pictures. */
    private static boolean isSoonAfterSending(Event event) {
        try {
            return event.text(SENT) != null
                    && Duration.between(Instant.parse(event.text(SENT)), event.at())
                                    .compareTo(PREFETCH)
                            < 0;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isDelivery(String name) {
        return name.equals("Email Delivered") || name.equals("Email Sent");
    }

    private static boolean isClose(Instant at, Instant other) {
        return !other.equals(Instant.MIN) && Duration.between(other, at).abs().compareTo(BURST) <= 0;
    }

    private boolean isTrap(Event event) {
        if (Boolean.TRUE.equals(event.properties().get(TRAP))) {
            return true;
        }
        if (honeypot.isBlank()) {
            return false;
        }
        for (var property : LINKS) {
            if (event.properties().get(property) instanceof String link && link.contains(honeypot)) {
                return true;
            }
        }
        return false;
    }

    private boolean isProgram(String agent) {
        var name = agent.length() > MAX_AGENT ? agent.substring(0, MAX_AGENT) : agent;
        synchronized (agents) {
            return agents.computeIfAbsent(name, any -> contains(visiting, any.toLowerCase(Locale.ROOT)));
        }
    }

    private static boolean contains(List<String> words, String agent) {
        for (var word : words) {
            if (agent.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /** The strongest of what tells who it is, with its kind; null when nothing does. */
    static String person(Event event) {
        if (event.userId() != null) {
            return "userId:" + event.userId();
        }
        if (event.email() != null) {
            return "email:" + event.email();
        }
        if (event.anonymousId() != null) {
            return "anonymousId:" + event.anonymousId();
        }
        return event.ids().isEmpty()
                ? null
                : event.ids().entrySet().iterator().next().toString();
    }
}
