package io.wayfarer.act;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;

/** The examples of docs/, so that a test can run them. */
final class Docs {

    private Docs() {}

    /** The fenced example of the page that begins with these words. */
    static String example(String page, String beginning) throws IOException {
        return Pattern.compile("(?ms)^```\\w*\\n(.*?)^```$")
                .matcher(Files.readString(Path.of("docs", page)))
                .results()
                .map(found -> found.group(1))
                .filter(text -> text.startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/" + page + " has no example " + beginning));
    }

    /** The settings below the prefix of an example in YAML, by name. */
    static Map<String, String> settings(String page, String beginning, String prefix) throws IOException {
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ByteArrayResource(example(page, beginning).getBytes(UTF_8)));
        var settings = new TreeMap<String, String>();
        yaml.getObject().forEach((name, value) -> {
            if (name.toString().startsWith(prefix)) {
                settings.put(name.toString().substring(prefix.length()), value.toString());
            }
        });
        return settings;
    }
}
