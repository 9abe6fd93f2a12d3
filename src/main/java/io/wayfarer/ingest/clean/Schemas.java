package io.wayfarer.ingest.clean;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.re2j.Pattern;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.wayfarer.ingest.Event;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Event schemas: files {@code *.schema.json} (JSON Schema 2020-12), each for the events whose name is its title. It
 * describes the properties of the event; for {@code Identified} the traits. A file in the folder of the installation goes
 * before the shipped one of the same title, and is read again when it has changed.
 *
 * <p>References lead nowhere outside the file. Patterns are of RE2's syntax, and take a time linear in the text (Cox,
 * Regular Expression Matching Can Be Simple And Fast, 2007): neither an owner's slip nor a stranger's text can hold a
 * thread. What RE2 has not, such as looking ahead, is an error that names the file.
 */
final class Schemas {

    private static final Logger log = LoggerFactory.getLogger(Schemas.class);
    private static final String SHIPPED = "classpath:routes/schemas/*.schema.json";
    private static final int MAX_FILE = 256 * 1024;
    private static final int MAX_REASONS = 5;
    private static final int MAX_REASON = 200;

    /** @param expected the properties that the schema speaks of */
    private record Schema(JsonSchema schema, List<String> expected) {}

    private final ObjectMapper json;
    private final String dir;
    private volatile Map<String, Schema> byEvent;
    private Object state;

    /**
     * @param dir a folder with schemas, or blank
     * @throws IllegalArgumentException naming the file, when one cannot be used
     */
    Schemas(ObjectMapper json, String dir) {
        if (!dir.isBlank() && !Files.isDirectory(Path.of(dir))) {
            throw new IllegalArgumentException("there is no folder " + dir);
        }
        this.json = json;
        this.dir = dir;
        this.state = stateOf(dir);
        this.byEvent = read();
    }

    /** Reads the folder again when something in it has changed; what cannot be used is logged, and nothing changes. */
    void refresh() {
        var now = stateOf(dir);
        if (!now.equals(state)) {
            state = now;
            try {
                byEvent = read();
                log.info("Event schemas are read again: {} of them", byEvent.size());
            } catch (IllegalArgumentException e) {
                log.error("Event schemas are left as they were: {}", e.getMessage());
            }
        }
    }

    /** The properties that events of this name are expected to have; none when there is no schema. */
    List<String> expected(String event) {
        var schema = byEvent.get(event);
        return schema == null ? List.of() : schema.expected();
    }

    /** Where the event does not fit, each as path and reason, five at most; none when it fits or there is no schema. */
    List<String> misfits(Event event) {
        var schema = byEvent.get(event.name());
        if (schema == null) {
            return List.of();
        }
        Set<ValidationMessage> messages;
        try {
            messages = schema.schema().validate(tree(said(event)));
        } catch (JsonSchemaException | StackOverflowError e) {
            // it refers to itself without end: nothing fits it
            return List.of("/: the schema cannot be applied");
        }
        if (messages.isEmpty()) {
            return List.of();
        }
        var reasons = new ArrayList<String>(MAX_REASONS);
        for (var message : messages) {
            if (reasons.size() == MAX_REASONS) {
                break;
            }
            var path = message.getInstanceLocation().toString();
            var reason = (path.isEmpty() ? "/" : path) + ": " + message.getError();
            reasons.add(reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
        }
        return reasons;
    }

    /** What a schema describes. */
    static Map<String, Object> said(Event event) {
        return event.name().equals("Identified") ? event.traits() : event.properties();
    }

    /** As Jackson would make it, without its detour by tokens: most events come past here. */
    private static JsonNode tree(Object value) {
        var nodes = JsonNodeFactory.instance;
        if (value instanceof String text) {
            return nodes.textNode(text);
        }
        if (value instanceof Map<?, ?> map) {
            var object = nodes.objectNode();
            map.forEach((name, inside) -> object.set(String.valueOf(name), tree(inside)));
            return object;
        }
        if (value instanceof Collection<?> list) {
            var array = nodes.arrayNode(list.size());
            list.forEach(inside -> array.add(tree(inside)));
            return array;
        }
        return value instanceof Integer number
                ? nodes.numberNode(number.intValue())
                : value instanceof Long number
                        ? nodes.numberNode(number.longValue())
                        : value instanceof BigInteger number
                                ? nodes.numberNode(number)
                                : value instanceof Number number
                                        ? nodes.numberNode(number.doubleValue())
                                        : value instanceof Boolean truth ? nodes.booleanNode(truth) : nodes.nullNode();
    }

    private Map<String, Schema> read() {
        // a factory for each reading: it remembers what it has read
        var factory = JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.add(DisallowSchemaLoader.getInstance())));
        var config = SchemaValidatorsConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .locale(Locale.ENGLISH)
                .regularExpressionFactory(Schemas::linear)
                .preloadJsonSchema(true)
                .build();
        var schemas = new HashMap<String, Schema>();
        for (var folder : dir.isBlank() ? List.of(SHIPPED) : List.of(SHIPPED, own())) {
            var titles = new HashMap<String, String>();
            for (var file : files(folder)) {
                var name = file.getFilename();
                try {
                    var tree = json.readTree(bounded(file));
                    var title = tree.path("title").asText();
                    if (title.isBlank()) {
                        throw new IllegalArgumentException("it has no title, the name of the events it is for");
                    }
                    var other = titles.put(title, name);
                    if (other != null) {
                        throw new IllegalArgumentException(other + " has the same title");
                    }
                    checkReferences(tree, tree);
                    var expected = new ArrayList<String>();
                    tree.path("properties").fieldNames().forEachRemaining(expected::add);
                    schemas.put(title, new Schema(factory.getSchema(tree, config), List.copyOf(expected)));
                } catch (IOException | JsonSchemaException | IllegalArgumentException e) {
                    throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
                }
            }
        }
        return schemas;
    }

    /** The library would look for what a reference names only when an event comes to it. */
    private static void checkReferences(JsonNode node, JsonNode root) {
        for (var keyword : List.of("$ref", "$dynamicRef")) {
            if (node.path(keyword).isTextual()) {
                var reference = node.get(keyword).asText();
                var local = reference.equals("#") || reference.startsWith("#/");
                if (!local || root.at(reference.substring(1)).isMissingNode()) {
                    throw new IllegalArgumentException(
                            reference + " leads nowhere in the file; it may be # and a JSON pointer");
                }
            }
        }
        node.forEach(inside -> checkReferences(inside, root));
    }

    private static RegularExpression linear(String regex) {
        try {
            var pattern = Pattern.compile(regex);
            return text -> pattern.matcher(text).find();
        } catch (com.google.re2j.PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the pattern " + regex + " is not in RE2's syntax: " + e.getMessage(), e);
        }
    }

    private String own() {
        return Path.of(dir).toUri() + "*.schema.json";
    }

    private static byte[] bounded(Resource file) throws IOException {
        try (var in = file.getInputStream()) {
            var bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new IllegalArgumentException("it has more than " + MAX_FILE + " bytes");
            }
            return bytes;
        }
    }

    private static List<Resource> files(String pattern) {
        try {
            return List.of(new PathMatchingResourcePatternResolver().getResources(pattern));
        } catch (IOException e) {
            throw new IllegalArgumentException("the schemas in " + pattern + " cannot be read", e);
        }
    }

    /** Equal while no file of the folder has changed. */
    private static Object stateOf(String dir) {
        var state = new TreeMap<String, List<Long>>();
        var files = dir.isBlank() ? null : Path.of(dir).toFile().listFiles((in, name) -> name.endsWith(".schema.json"));
        if (files != null) {
            for (var file : files) {
                state.put(file.getName(), List.of(file.lastModified(), file.length()));
            }
        }
        return state;
    }
}
