package io.wayfarer.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.store.Seal;
import io.wayfarer.store.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Models on disk: {@code <name>-<version>.model} and its card, {@code <name>-<version>.json}. The model's file is an
 * HMAC-SHA256 (RFC 2104) over card and model, then the model as compressed JSON. The key is this installation's own: whoever
 * can write to the folder, but cannot read the key, cannot have a model serve. Which versions have a
 * role is in {@code roles.json}, signed too.
 */
final class ModelFiles {

    private static final int MAX_SIZE = 32 << 20;
    private static final int MAX_PLAIN = 128 << 20;
    static final String ROLES_FILE = "roles.json";
    /** Signed before the roles: no signature of a model and its card can be taken for one of roles. */
    private static final byte[] ROLES = "roles\n".getBytes(StandardCharsets.US_ASCII);

    /** A model that was read, and its card. */
    record Read(ModelCard card, Learnt model) {}

    private final Path folder;
    private final ObjectMapper json;
    private final Seal seal;

    /** @throws IOException when the folder or the key cannot be made or read */
    ModelFiles(Path data, ObjectMapper json) throws IOException {
        this.folder = Files.createDirectories(data.resolve("models"));
        this.json = json;
        this.seal = new Seal(data);
    }

    /** Writes the model and its card for good, and gives the card with its version. */
    ModelCard write(ModelCard card, Learnt model) throws IOException {
        var plain = json.writeValueAsBytes(model);
        var version = Version.of(json.writeValueAsBytes(card.withVersion(null)), plain);
        var kept = card.withVersion(version);
        write(kept, plain);
        return kept;
    }

    void write(ModelCard kept, byte[] plain) throws IOException {
        var card = json.writerWithDefaultPrettyPrinter().writeValueAsBytes(kept);
        var model = compressed(plain);
        // the card first: a model without one is not looked at
        put(cardOf(file(kept)), card);
        put(file(kept), concat(seal.sign(card, model), model));
    }

    /** Where a model is. */
    Path file(ModelCard card) {
        return folder.resolve(nameOf(card) + ".model");
    }

    /** The files of models, in no order. */
    List<Path> list() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".model")).toList();
        }
    }

    /**
     * Reads a model that this installation has written.
     *
     * @throws IOException saying why, when it is not one: no card, too short, too large, another signature, another content
     */
    Read read(Path file) throws IOException {
        var content = bounded(file);
        var cardBytes = bounded(cardOf(file));
        if (content.length <= Seal.SIZE) {
            throw new IOException("it is cut short");
        }
        var model = Arrays.copyOfRange(content, Seal.SIZE, content.length);
        seal.check(cardBytes, model, Arrays.copyOf(content, Seal.SIZE));
        var card = json.readValue(cardBytes, ModelCard.class);
        try (var in = new GZIPInputStream(new ByteArrayInputStream(model))) {
            var plain = in.readNBytes(MAX_PLAIN + 1);
            if (plain.length > MAX_PLAIN) {
                throw new IOException("it is larger than " + MAX_PLAIN + " bytes");
            }
            var learnt = json.readValue(plain, Learnt.class);
            if (learnt == null) {
                throw new IOException("it holds what no model is made of: nothing");
            }
            return new Read(card, learnt);
        } catch (JsonProcessingException e) {
            throw new IOException("it holds what no model is made of: " + e.getOriginalMessage(), e);
        }
    }

    /** Removes a model and its card. */
    void remove(ModelCard card) throws IOException {
        Files.deleteIfExists(file(card));
        Files.deleteIfExists(cardOf(file(card)));
    }

    /** Keeps who has which role, signed: an HMAC in hexadecimal, and below it the roles as JSON. */
    void writeRoles(Collection<Standing> roles) throws IOException {
        var body = json.writerWithDefaultPrettyPrinter().writeValueAsBytes(roles);
        var signature = HexFormat.of().formatHex(seal.sign(ROLES, body)) + "\n";
        put(folder.resolve(ROLES_FILE), concat(signature.getBytes(StandardCharsets.US_ASCII), body));
    }

    /**
     * The roles as they were kept last; none when none were.
     *
     * @throws IOException saying why, when the file is not one that this installation has written
     */
    List<Standing> readRoles() throws IOException {
        var file = folder.resolve(ROLES_FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        var content = bounded(file);
        var head = 2 * Seal.SIZE + 1;
        if (content.length <= head) {
            throw new IOException("it is cut short");
        }
        var body = Arrays.copyOfRange(content, head, content.length);
        seal.check(ROLES, body, hex(Arrays.copyOf(content, head - 1)));
        return List.of(json.readValue(body, Standing[].class));
    }

    /** Nothing where it is no signature. */
    private static byte[] hex(byte[] signature) {
        try {
            return HexFormat.of().parseHex(new String(signature, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static byte[] compressed(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static String nameOf(ModelCard card) {
        return card.name() + "-" + card.version();
    }

    private static Path cardOf(Path file) {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.model$", ".json"));
    }

    private static byte[] bounded(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new IOException("it is larger than " + MAX_SIZE + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no card beside it", e);
        }
    }

    /** Atomic and durable: a crash leaves the whole file or none. */
    private static void put(Path file, byte[] bytes) throws IOException {
        var draft = Files.createTempFile(file.getParent(), "draft", ".tmp");
        try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
