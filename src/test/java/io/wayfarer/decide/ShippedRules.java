package io.wayfarer.decide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** The rules and tables of rules/, for tests of any room; read by themselves, not as the program reads them. */
public final class ShippedRules {

    private ShippedRules() {}

    /** By name. */
    public static Map<String, String> files() {
        try (var paths = Files.list(Path.of("rules"))) {
            var files = new TreeMap<String, String>();
            for (var path : paths.filter(path -> path.toString().matches(".*\\.(drl|dmn)"))
                    .toList()) {
                files.put(path.getFileName().toString(), Files.readString(path));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With models that say nothing. */
    public static Releases releases() {
        return new Releases(rulebook(), People.models(null, null), Clock.systemUTC());
    }

    public static Rulebook rulebook() {
        return new Rulebook(files());
    }
}
