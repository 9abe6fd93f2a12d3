package io.wayfarer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ClassPathResource;

/** What the documents say is there: commands, files, settings, endpoints, and JSON that can be read. */
class ReadmeTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern JSON_BLOCK = Pattern.compile("(?s)```json\n(.*?)```");
    private static final Pattern SETTING =
            Pattern.compile("(?<![\\w./-])wayfarer(?:\\.(?:[a-z0-9-]+|<[a-z]+>))+(?!\\w|\\.[a-z]|\\()");
    private static final Pattern VARIABLE = Pattern.compile("\\bWAYFARER_[A-Z_]+[A-Z]");
    private static final Pattern ENDPOINT =
            Pattern.compile("(?:`(?:(?:GET|POST|PUT|PATCH|DELETE) )?|http://localhost:8080)(/[^`?\\s>'\"]*)");
    private static final Pattern ROUTE = Pattern.compile("platform-http:(/[\\w/-]+)");
    private static final Pattern CLASS_PATH = Pattern.compile("@RequestMapping\\((?:\\w+ = )?\"([^\"]+)\"");
    private static final Pattern PATH = Pattern.compile("\"(/[^\"?\\s]*)\"");

    /** What Spring Boot, Camunda and springdoc answer by themselves. */
    private static final List<String> OF_OTHERS = List.of("/actuator", "/camunda", "/engine-rest", "/v3/api-docs");

    /** All in which a setting or a path can be named. */
    private static final List<String> SOURCES = Stream.of("src/main/java", "src/main/resources", "routes")
            .flatMap(folder -> files(Path.of(folder), ".java", ".yaml").stream())
            .map(ReadmeTest::read)
            .toList();

    @Test
    void theReadmeShowsTheTwoCommands() {
        assertThat(read(Path.of("README.md")))
                .contains("./mvnw spring-boot:run")
                .contains("./mvnw verify");
        assertThat(read(Path.of(".ci/run"))).containsPattern("(?m)^\\./mvnw .*verify$");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(Path document) {
        find(LINK, read(document))
                .map(link -> link.group(1))
                .filter(link -> !link.contains("://"))
                .forEach(link -> {
                    var parts = link.split("#", 2);
                    var target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
                    assertThat(target).as(link).exists();
                    if (parts.length == 2) {
                        assertThat(find(HEADING, read(target)).map(heading -> anchor(heading.group(1))))
                                .as(link)
                                .contains(parts[1]);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everySettingThatIsNamedExists(Path document) throws IOException {
        var known = new TreeSet<>(settingsWithDefault());
        SOURCES.forEach(source -> find(SETTING, source).map(MatchResult::group).forEach(known::add));

        assertThat(settingsIn(document).stream().filter(setting -> known.stream()
                        .noneMatch(one -> isWithin(one, setting.replaceFirst("\\.<.*", "")))))
                .as("what no part reads, in " + document)
                .isEmpty();
    }

    @Test
    void everySettingWithADefaultIsDescribedForOperators() throws IOException {
        assertThat(settingsIn(Path.of("docs/operators.md"))).containsAll(settingsWithDefault());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyEnvironmentVariableStandsForASettingThatIsDescribed(Path document) {
        assertVariables(document);
    }

    @Test
    void theComposeFileSetsOnlySettingsThatAreDescribed() {
        assertVariables(Path.of("docker/compose.yaml"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyEndpointThatIsNamedIsAnswered(Path document) {
        var exact = new HashSet<String>();
        var prefixes = new HashSet<>(OF_OTHERS);
        for (var source : SOURCES) {
            find(ROUTE, source).map(found -> found.group(1)).forEach(prefixes::add);
            var under = find(CLASS_PATH, source).map(found -> found.group(1)).findFirst();
            under.map(ReadmeTest::plain).ifPresent(exact::add);
            find(PATH, source).map(found -> found.group(1)).forEach(path -> {
                exact.add(plain(path));
                exact.add(plain(under.orElse("") + path));
            });
        }

        var named = find(ENDPOINT, read(document)).map(found -> plain(found.group(1)));

        assertThat(named.filter(path -> !exact.contains(path))
                        .filter(path -> prefixes.stream().noneMatch(prefix -> isBelow(path, prefix)))
                        .filter(path -> !path.endsWith("/**")
                                || exact.stream().noneMatch(one -> isBelow(one, path.replace("/**", ""))))
                        .filter(path -> !Files.exists(Path.of("src/main/resources/static" + path))))
                .as("what nothing answers, in " + document)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyJsonExampleIsJson(Path document) {
        var json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        find(JSON_BLOCK, read(document))
                .map(block -> block.group(1))
                .forEach(block ->
                        assertThatCode(() -> json.readTree(block)).as(block).doesNotThrowAnyException());
    }

    private static List<Path> documents() throws IOException {
        var documents = new ArrayList<>(files(Path.of("docs"), ".md"));
        documents.addAll(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md"), Path.of("CHANGELOG.md")));
        return documents;
    }

    private static Set<String> settingsWithDefault() throws IOException {
        var names = new TreeSet<String>();
        for (var source : new YamlPropertySourceLoader().load("defaults", new ClassPathResource("application.yaml"))) {
            for (var name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                if (name.startsWith("wayfarer.")) {
                    names.add(name.replaceFirst("\\[\\d+].*", ""));
                }
            }
        }
        return names;
    }

    private static Set<String> settingsIn(Path document) {
        var settings = new TreeSet<String>();
        find(SETTING, read(document)).map(MatchResult::group).forEach(settings::add);
        settings.removeIf(setting -> setting.equals("wayfarer.jar"));
        return settings;
    }

    private static void assertVariables(Path document) {
        var described = settingsIn(Path.of("docs/operators.md")).stream()
                .map(setting -> variable(setting.replaceAll("<\\w+>", "[A-Z]+")))
                .toList();
        assertThat(find(VARIABLE, read(document)).map(MatchResult::group))
                .allSatisfy(variable -> assertThat(described).as(variable).anyMatch(variable::matches));
    }

    /** Spring's rule: capitals, dots to underscores, dashes left out, or to underscores as some prefer. */
    private static String variable(String setting) {
        return setting.toUpperCase(Locale.ROOT)
                .replace("[A-Z]", "\u0000")
                .replace('.', '_')
                .replace("-", "_?")
                .replace("\u0000", "[A-Z]");
    }

    private static boolean isWithin(String setting, String prefix) {
        return setting.equals(prefix) || setting.startsWith(prefix + ".") || prefix.startsWith(setting + ".");
    }

    private static boolean isBelow(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private static String plain(String path) {
        return path.replaceAll("\\{[^}]*}|\\$[A-Z]+", "{}").replaceAll("(?<=.)/$", "");
    }

    /** The name that Git hosts give a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static Stream<MatchResult> find(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    private static List<Path> files(Path folder, String... endings) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> Stream.of(endings)
                            .anyMatch(ending -> file.toString().endsWith(ending)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
