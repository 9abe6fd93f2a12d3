package io.wayfarer.learn.judge;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A card as files: the page, JSON, and each plot as SVG. */
public final class CardFiles {

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .registerModule(new SimpleModule()
                    .addSerializer(Double.class, new Figure())
                    .addSerializer(double.class, new Figure()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT);

    /** JSON knows no NaN: what has no figure is null. */
    private static final class Figure extends StdSerializer<Double> {
        Figure() {
            super(Double.class);
        }

        @Override
        public void serialize(Double figure, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (Double.isFinite(figure)) {
                json.writeNumber(figure);
            } else {
                json.writeNull();
            }
        }
    }

    /** What is written, and nothing else is given out. */
    private static final Pattern NAME = Pattern.compile("card\\.html|card\\.json|network\\.dot|[a-z-]+\\.svg");

    private CardFiles() {}

    /** A file of the card in the folder, if it is one and is there. */
    public static Optional<Path> find(Path folder, String name) {
        return Optional.of(name)
                .filter(NAME.asMatchPredicate())
                .map(folder::resolve)
                .filter(Files::isRegularFile);
    }

    /** The names of the card's files, in order. */
    public static List<String> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(NAME.asMatchPredicate())
                    .sorted()
                    .toList();
        }
    }

    /** Into the folder, which is made; files of these names that are in it are replaced. */
    public static void write(Path folder, Card card) throws IOException {
        Files.createDirectories(folder);
        JSON.writeValue(folder.resolve("card.json").toFile(), card);
        for (var plot : Plots.of(card).entrySet()) {
            Files.writeString(
                    folder.resolve(plot.getKey() + ".svg"), plot.getValue().standalone());
        }
        if (card.network() != null) {
            Files.writeString(folder.resolve("network.dot"), card.network().dot());
        }
        Files.writeString(folder.resolve("card.html"), CardPage.of(card));
    }
}
