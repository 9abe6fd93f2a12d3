package io.wayfarer.ingest.file;

import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** JSON lines: an object on each line, within the bounds of {@link BoundedJson}. */
final class JsonRows implements Rows {

    private final Lines lines;
    private final boolean sound;

    /** @param sound the file is known to be valid in its charset */
    JsonRows(Lines lines, boolean sound) {
        this.lines = lines;
        this.sound = sound;
    }

    @Override
    public List<String> header() {
        return List.of();
    }

    @Override
    public Row next() throws IOException {
        var line = lines.next();
        while (line != null && line.text().isBlank()) {
            line = lines.next();
        }
        if (line == null) {
            return null;
        }
        var text = List.of(line.text());
        if (line.isCut()) {
            return Row.unreadable(line.number(), null, "it has more than " + MAX_ROW + " characters", List.of());
        }
        if (!sound && line.text().indexOf('\uFFFD') >= 0) {
            return Row.unreadable(
                    line.number(),
                    null,
                    "it holds bytes that are no text in the file's charset: say it in the mapping",
                    text);
        }
        try {
            return new Row(
                    line.number(), BoundedJson.message(line.text().getBytes(StandardCharsets.UTF_8)), text, null);
        } catch (Refusal refusal) {
            return new Row(line.number(), java.util.Map.of(), text, refusal);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
