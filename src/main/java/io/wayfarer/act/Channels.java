package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Identity;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * The ways out that are set up, {@code wayfarer.channels.<name>}. Each is an instance of the route template {@code
 * out-<via>} of routes/out-*.camel.yaml, whose parameters are its settings, and is worked off by itself.
 */
@Component
@EnableConfigurationProperties(Channels.Settings.class)
class Channels implements CamelContextConfiguration, ApplicationRunner {

    static final String EMAIL = "email";

    /** @param channels by name; {@code via} names the route template when it is called otherwise than the channel */
    @ConfigurationProperties("wayfarer")
    record Settings(@DefaultValue Map<String, Map<String, String>> channels) {

        @Override
        public String toString() {
            return "Settings" + channels.keySet();
        }
    }

    /**
     * One way out.
     *
     * @param settings those that are set, and the defaults of its route template
     */
    record Channel(String name, Map<String, String> settings) {

        /** The kind of identity that is the address; empty when the channel has one receiver, whomever a message is about. */
        Optional<Identity.Kind> to() {
            return Optional.of(settings.getOrDefault("to", ""))
                    .filter(kind -> !kind.isEmpty())
                    .map(Identity.Kind::new);
        }

        /** The address of the customer; empty when none is known, or when there is none to know. */
        Optional<String> addressOf(Customer customer) {
            return to().flatMap(kind -> customer.identities().stream()
                    .filter(identity -> identity.kind().equals(kind))
                    .map(Identity::name)
                    .sorted()
                    .findFirst());
        }

        /** The topic to agree to before marketing comes this way, in place of the message's own. */
        Optional<String> consent() {
            return Optional.of(settings.getOrDefault("consent", "")).filter(topic -> !topic.isEmpty());
        }

        /** True when the receiver takes a message once only, however often it is sent with the same key. */
        boolean isIdempotent() {
            return Boolean.parseBoolean(settings.get("idempotent"));
        }

        /** How many segments an SMS may take; empty when they are not counted. */
        Optional<Integer> segments() {
            return Optional.ofNullable(settings.get("segments")).map(Integer::valueOf);
        }

        @Override
        public String toString() {
            return "Channel[" + name + "]";
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Channels.class);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,19}");
    private static final Pattern SECRET = Pattern.compile(".*(secret|token|password|key).*");

    private final Map<String, Map<String, String>> set;
    private final ChannelStates states;
    private final ProducerTemplate routes;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private RuntimeException failure;

    Channels(Settings settings, ChannelStates states, @Lazy ProducerTemplate routes) {
        this.set = settings.channels();
        this.states = states;
        this.routes = routes;
        set.keySet().forEach(name -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalStateException(
                        "wayfarer.channels: a name has at most 20 small letters, digits and -; not " + name);
            }
        });
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {}

    @Override
    public void afterApplicationStart(CamelContext camel) {
        try {
            start(camel);
        } catch (RuntimeException e) {
            // Camel would only warn of it
            failure = e;
        }
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (failure != null) {
            throw failure;
        }
    }

    /** @throws RuntimeException when a channel is set up wrong, or its route is */
    void start(CamelContext camel) {
        set.forEach((name, settings) -> {
            var channel = open(camel, name, new TreeMap<>(settings));
            channels.put(name, channel);
            states.know(name);
            TemplatedRouteBuilder.builder(camel, "outbox")
                    .routeId("outbox-" + name)
                    .parameter("channel", name)
                    .add();
        });
    }

    private static Channel open(CamelContext camel, String name, Map<String, String> settings) {
        var via = "out-" + Optional.ofNullable(settings.remove("via")).orElse(name);
        var template = ((ModelCamelContext) camel).getRouteTemplateDefinition(via);
        if (template == null) {
            throw new IllegalStateException("wayfarer.channels." + name + ": there is no route template " + via);
        }
        var all = new LinkedHashMap<String, String>();
        for (var parameter : template.getTemplateParameters()) {
            var value = Optional.ofNullable(settings.remove(parameter.getName()))
                    .filter(text -> !text.isBlank())
                    .orElse(parameter.getDefaultValue());
            if (value == null && !parameter.getName().equals("channel")) {
                throw new IllegalStateException("wayfarer.channels." + name + "." + parameter.getName()
                        + " is not set, and " + via + " needs it");
            }
            if (value != null) {
                all.put(parameter.getName(), value);
            }
        }
        if (!settings.isEmpty()) {
            throw new IllegalStateException("wayfarer.channels." + name + ": " + via + " has no setting "
                    + String.join(", ", settings.keySet()) + "; it has " + String.join(", ", all.keySet()));
        }
        check(name, "segments", all, "[1-9]\\d?");
        check(name, "idempotent", all, "true|false");
        check(name, "to", all, "|[a-zA-Z][a-zA-Z0-9_.-]{0,39}");
        TemplatedRouteBuilder.builder(camel, via)
                .routeId("out-" + name)
                .parameters(new HashMap<>(all))
                .parameter("channel", name)
                .add();
        return new Channel(name, all);
    }

    private static void check(String name, String setting, Map<String, String> settings, String form) {
        if (settings.containsKey(setting) && !settings.get(setting).matches(form)) {
            throw new IllegalStateException(
                    "wayfarer.channels." + name + "." + setting + " cannot be " + settings.get(setting));
        }
    }

    /** Of all channels that are set up, in order. */
    Set<String> names() {
        return new TreeSet<>(set.keySet());
    }

    /** True when the channel is set up. */
    boolean has(String name) {
        return set.containsKey(name);
    }

    /** @throws IllegalArgumentException when the channel is not set up */
    Channel get(String name) {
        var channel = channels.get(name);
        if (channel == null) {
            throw new IllegalArgumentException("there is no channel '" + name + "'");
        }
        return channel;
    }

    /** Hands the message to the channel's route. A route that fails leaves it open whether it was taken. */
    Answer hand(String channel, Parcel parcel) {
        try {
            var answer = Answer.of(routes.requestBody("direct:out-" + channel, (Object) parcel));
            return answer.with(shown(answer.reason(), parcel.channel()));
        } catch (CamelExecutionException | IllegalArgumentException e) {
            var cause = e instanceof CamelExecutionException && e.getCause() != null ? e.getCause() : e;
            var reason = shown(String.valueOf(cause.getMessage()), parcel.channel());
            log.warn("Channel {} fails: {}: {}", channel, cause.getClass().getSimpleName(), reason);
            return new Answer(Answer.Outcome.UNKNOWN, "the channel's route failed: " + reason);
        }
    }

    /** Without the secrets, which a receiver may repeat. */
    private static String shown(String reason, Map<String, String> settings) {
        var shown = reason;
        for (var setting : settings.entrySet()) {
            if (SECRET.matcher(setting.getKey()).matches()) {
                // a setting may hold two of them, while they are changed
                for (var secret : setting.getValue().split(" +")) {
                    shown = secret.length() < 6 ? shown : shown.replace(secret, "***");
                }
            }
        }
        return shown;
    }
}
