package io.wayfarer.learn;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.CardFiles;
import io.wayfarer.score.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/** The cards of the journeys' models with all that was measured, as pages, in {@code cards} under the data folder. */
@Component
public class ModelCards {

    private final Path folder;

    ModelCards(@Value("${wayfarer.data.dir}") Path data) throws IOException {
        this.folder = Files.createDirectories(data.resolve("cards"));
    }

    /** A file of the card of a model, such as card.html. */
    public Optional<Path> file(String model, String version, String file) {
        return CardFiles.find(folder.resolve(nameOf(model, version)), file);
    }

    void keep(ModelCard model, Card card) throws IOException {
        CardFiles.write(folder.resolve(nameOf(model.name(), model.version())), card);
    }

    void forgetAllBut(List<ModelCard> models) throws IOException {
        var names = models.stream()
                .map(model -> nameOf(model.name(), model.version()))
                .collect(Collectors.toSet());
        try (var kept = Files.list(folder)) {
            for (var card : kept.toList()) {
                if (!names.contains(card.getFileName().toString())) {
                    FileSystemUtils.deleteRecursively(card);
                }
            }
        }
    }

    private static String nameOf(String model, String version) {
        return model + "-" + version;
    }
}
