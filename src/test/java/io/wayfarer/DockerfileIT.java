package io.wayfarer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what docker/Dockerfile says, with the lines read from it, but without a container: only the base image differs.
 * The folders of the image lie in a temporary one.
 */
class DockerfileIT {

    /** What the image's folders are called; each is a folder of the same name below {@link #root}. */
    private static final Pattern IMAGE_FOLDER = Pattern.compile("(?<![\\w./])/(?=(layers|data)\\b)");

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Map<String, String> SECRETS = Map.of(
            "POSTGRES_PASSWORD", "a-password",
            "WAYFARER_ADMIN_PASSWORD", "another-password",
            "WAYFARER_COLLECTOR_WRITE_KEYS", "a-key");

    /** One instruction, continued lines joined: {@code COPY} and {@code src src}. */
    private record Instruction(String word, String text) {

        String[] words() {
            return text.trim().split("\\s+");
        }
    }

    @TempDir
    private Path root;

    private final List<Instruction> dockerfile = new ArrayList<>();

    @BeforeEach
    void readDockerfile() throws IOException {
        var text = Files.readString(Path.of("docker/Dockerfile"))
                .replaceAll("(?m)^#.*\n", "")
                .replaceAll("\\\\\n\\s*", " ");
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            var parts = line.split(" ", 2);
            dockerfile.add(new Instruction(parts[0], parts[1]));
        });
    }

    @Test
    void theBuildStageFindsAllThatItCopies() throws IOException {
        var let = Files.readAllLines(Path.of("docker/Dockerfile.dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();

        var copied = all("COPY")
                .filter(copy -> !copy.text().startsWith("--from"))
                .flatMap(copy -> Arrays.stream(copy.words()).limit(copy.words().length - 1L))
                .toList();

        assertThat(copied).containsExactlyInAnyOrderElementsOf(let).allSatisfy(name -> assertThat(Path.of(name))
                .exists());
    }

    @Test
    void theExtractedProgramRunsWithoutRightsAnswersHealthAndStopsCleanly() throws Exception {
        // others than the owner must get through, for the program runs as somebody else
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        var app = Files.createDirectory(root.resolve("app"));
        extractLayersInto(app);
        var installed = filesIn(app);
        for (var folder : List.of("data", "tmp")) {
            own(Files.createDirectory(root.resolve(folder)));
        }
        var log = root.resolve("log").toFile();

        var program = start(app, log);
        try {
            var health = URI.create(healthAddress().replace(":8080", ":" + port(program, log)));
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                var answer = get(health);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            });
            program.destroy();
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).as("stopped").isTrue();
        } finally {
            program.destroyForcibly();
        }

        // 128 + SIGTERM is what a JVM answers that went through its shutdown
        assertThat(program.exitValue()).as(Files.readString(log.toPath())).isEqualTo(143);
        assertThat(Files.readString(log.toPath()))
                .contains("Graceful shutdown complete")
                .doesNotContain(" ERROR ");
        assertThat(filesIn(app)).as("what is installed").isEqualTo(installed);
        assertThat(root.resolve("data").toFile().list()).as("the data").isNotEmpty();
        try (var children = Files.list(root)) {
            assertThat(children.map(child -> child.getFileName().toString()))
                    .containsExactlyInAnyOrder("app", "data", "layers", "log", "tmp");
        }
    }

    @Test
    void theComposeFileIsValidAndAsksForEachSecret() throws Exception {
        assumeTrue(isInstalled("docker-compose"), "docker-compose is not installed: the compose file is not checked");

        assertThat(composeConfig(SECRETS)).contains("condition: service_healthy");
        for (var secret : SECRETS.keySet()) {
            var others = new LinkedHashMap<>(SECRETS);
            others.remove(secret);
            assertThat(composeConfig(others)).as("without " + secret).contains(": set ");
        }
        assertThat(Files.readString(Path.of("docker/compose.yaml"))).doesNotContain("5432:");
    }

    private void extractLayersInto(Path app) throws Exception {
        assertThat(Path.of("target/wayfarer.jar"))
                .as("the jar that `./mvnw verify` builds before this test")
                .exists();
        var extract = all("RUN")
                .filter(run -> run.text().startsWith("java "))
                .findFirst()
                .orElseThrow();
        assertThat(command(List.of(inRoot(extract.text()).split(" "))).start().waitFor())
                .as(extract.text())
                .isZero();
        for (var copy : all("COPY").toList()) {
            if (copy.words()[0].equals("--from=build")) {
                var from = Path.of(inRoot(copy.words()[1]));
                try (var files = Files.walk(from)) {
                    for (var file : files.filter(Files::isRegularFile).toList()) {
                        var to = app.resolve(copy.words()[2]).resolve(from.relativize(file));
                        Files.createDirectories(to.getParent());
                        Files.copy(file, to);
                    }
                }
            }
        }
    }

    private Process start(Path app, File log) throws IOException {
        var line = new ArrayList<String>();
        if (isRoot()) {
            var user = only("USER").text().split(":");
            line.addAll(List.of("setpriv", "--reuid", user[0], "--regid", user[1], "--clear-groups", "--no-new-privs"));
        }
        for (var word : new ObjectMapper().readValue(only("ENTRYPOINT").text(), String[].class)) {
            line.add(inRoot(word));
        }
        var program =
                command(line).directory(app.toFile()).redirectErrorStream(true).redirectOutput(log);
        var environment = program.environment();
        environment.keySet().retainAll(List.of("PATH", "LANG"));
        all("ENV").map(env -> env.text().split("=", 2)).forEach(env -> environment.put(env[0], inRoot(env[1])));
        environment.put("SERVER_PORT", "0");
        environment.put("WAYFARER_ADMIN_PASSWORD", SECRETS.get("WAYFARER_ADMIN_PASSWORD"));
        environment.put("WAYFARER_COLLECTOR_WRITE_KEYS", SECRETS.get("WAYFARER_COLLECTOR_WRITE_KEYS"));
        environment.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + root.resolve("tmp"));
        return program.start();
    }

    /** The command, with the Java that runs this test in the place of the image's. */
    private static ProcessBuilder command(List<String> line) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(line.stream()
                .map(word -> word.equals("java") ? java : word.replace("target/", absolute("target/")))
                .toList());
    }

    private static String absolute(String folder) {
        return Path.of(folder).toAbsolutePath() + "/";
    }

    private static int port(Process program, File log) {
        return await().atMost(Duration.ofSeconds(120))
                .failFast(() -> assertThat(program.isAlive())
                        .as(Files.readString(log.toPath()))
                        .isTrue())
                .until(
                        () -> PORT.matcher(Files.readString(log.toPath()))
                                .results()
                                .mapToInt(found -> Integer.parseInt(found.group(1)))
                                .findFirst()
                                .orElse(0),
                        port -> port > 0);
    }

    private String healthAddress() {
        return Pattern.compile("http://[^\"]+")
                .matcher(only("HEALTHCHECK").text())
                .results()
                .map(found -> found.group())
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> get(URI address) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private String composeConfig(Map<String, String> secrets) throws Exception {
        var compose = new ProcessBuilder("docker-compose", "--file", "docker/compose.yaml", "config")
                .redirectErrorStream(true);
        compose.environment().keySet().removeAll(SECRETS.keySet());
        compose.environment().putAll(secrets);
        var process = compose.start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(secrets.equals(SECRETS) ? 0 : 1);
        return output;
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private void own(Path folder) throws IOException {
        if (isRoot()) {
            var user = only("USER").text().split(":");
            Files.setAttribute(folder, "unix:uid", Integer.valueOf(user[0]), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(folder, "unix:gid", Integer.valueOf(user[1]), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.map(file -> file + " " + file.toFile().lastModified())
                    .sorted()
                    .toList();
        }
    }

    private String inRoot(String text) {
        return IMAGE_FOLDER.matcher(text).replaceAll(root + "/");
    }

    private Stream<Instruction> all(String word) {
        return dockerfile.stream().filter(instruction -> instruction.word().equals(word));
    }

    private Instruction only(String word) {
        var found = all(word).toList();
        assertThat(found).as(word).hasSize(1);
        return found.get(0);
    }
}
